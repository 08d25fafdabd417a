"""Alerts: the latest are kept, all are counted."""

from flexsim.emulator.alerts import LIMIT, Alert, Alerts


def test_the_oldest_alerts_make_room_and_still_count():
    alerts = Alerts()
    for number in range(LIMIT + 5):
        alerts.add(Alert(at=float(number), code=40001, message="not JSON", workspace_sid="WS1"))
    assert alerts.count == LIMIT + 5
    listed = alerts.listed()
    assert len(listed) == LIMIT
    assert listed[0]["at"] == 5.0
    assert listed[-1] == {
        "at": LIMIT + 4.0,
        "code": 40001,
        "message": "not JSON",
        "workspace_sid": "WS1",
        "resource_sid": "",
    }
