"""What the page asks for, over a real socket: to whom it is given, to whom it is not, and that it is right."""

import re

import pytest
import requests

from flexsim.emulator.access import Access
from flexsim.emulator.control import MAX_BODY
from flexsim.emulator.dashboard_api import DashboardApi
from flexsim.emulator.exchange import Request
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter

PARTS = ("", "/assets/dashboard.js", "/assets/uPlot.iife.min.js")
DATA = ("/workspaces", "/summary", "/trail", "/stream", "/history?agent=0")


@pytest.fixture(scope="module")
def server():
    with LocalTaskRouter(options=Options(allow_control=True)) as running:
        yield running


@pytest.fixture(scope="module")
def looking():
    """One that only shows."""
    with LocalTaskRouter() as running:
        yield running


@pytest.fixture
def router(server):
    server.reset(seed=1)
    return server


def get(router, path, **options):
    return requests.get(f"{router.dashboard_url}{path}", timeout=10, stream=True, **options)


def act(router, name, *, token=None, method="POST", headers=(), **fields):
    headers = {
        "Content-Type": "application/json",
        "X-Flexsim-Control": router.dashboard.actions.token if token is None else token,
        **dict(headers),
    }
    return requests.request(method, f"{router.dashboard_url}/do/{name}", json=fields, headers=headers, timeout=10)


def test_the_page_and_its_parts_are_served_with_their_types_and_headers(router):
    for path, kind in zip(PARTS, ("text/html", "text/javascript", "text/javascript"), strict=True):
        answer = get(router, path)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.content


def test_a_final_slash_makes_no_difference(router):
    assert get(router, "/").text == get(router, "").text


@pytest.mark.parametrize("path", [*PARTS, *DATA])
def test_a_name_of_an_attackers_that_leads_here_is_refused(router, path):
    assert get(router, path, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)
def test_pages_of_other_sites_may_not_read(router, path, headers):
    answer = get(router, path, headers=headers)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_link_on_another_site_leads_to_the_page_and_no_further(router):
    assert get(router, "", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status_code == 200
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert get(router, "/summary", headers=headers).status_code == 403
    assert get(router, "", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}).status_code == 403


def test_with_a_control_token_everybody_sees_the_page_and_nobody_the_figures_without_it():
    with LocalTaskRouter(options=Options(control_token="sesame")) as guarded:
        assert get(guarded, "", headers={"Host": "wall.example"}).status_code == 200
        for path in DATA:
            assert get(guarded, path).status_code == 403, path
        bearer = {"Authorization": "Bearer sesame"}
        assert get(guarded, "/summary", headers=bearer).status_code == 200
        assert get(guarded, "/stream", headers=bearer).status_code == 200


def test_another_machine_sees_nothing_without_a_token():
    router = LocalTaskRouter()
    api = DashboardApi(router.workspaces, router.dashboard, Access())
    for path in ("", "/summary"):
        request = Request(method="GET", path=f"/_flexsim/dashboard{path}", base_url="http://localhost", peer="10.0.0.7")
        assert api.handle(request).status == 403


@pytest.mark.parametrize("path", [*PARTS, *DATA])
def test_what_is_to_be_read_cannot_be_posted_to(router, path):
    answer = requests.post(f"{router.dashboard_url}{path}", json={}, timeout=10)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_the_workspaces_of_all_accounts_are_listed_and_each_can_be_chosen(router):
    other = router.add_account()
    found = get(router, "/workspaces").json()["workspaces"]
    assert [each["account"] for each in found] == [router.account_sid, other.sid]
    assert found[0] == {"sid": router.workspace_sid, "name": "Flex Task Assignment", "account": router.account_sid}
    assert get(router, "/summary").json()["workspace"] == router.workspace_sid
    assert get(router, f"/summary?workspace={found[1]['sid']}").json()["workspace"] == found[1]["sid"]
    assert get(router, "/summary?workspace=WS0").status_code == 404
    assert get(router, "/stream?workspace=WS0").status_code == 404


def test_the_summary_says_of_which_event_it_is(router):
    before = get(router, "/summary").json()
    router.workspace.tasks.create()
    after = get(router, "/summary").json()
    assert after["sequence"] == next(router.workspaces.workspaces()).engine.sequence > before["sequence"]
    assert (after["total"]["offered"], after["total"]["waiting"], after["speed"]) == (1, 1, 1.0)


def test_trails_are_of_a_queue_and_channel_or_of_the_agents(router):
    router.workspace.tasks.create()
    total = get(router, "/trail?seconds=60").json()
    assert total["points"][-1][1:4] == [1, 1, 0]
    assert get(router, "/trail?queue=0&channel=1").json()["points"][-1][1:4] == [0, 0, 0]
    assert len(get(router, "/trail?of=agents").json()["points"][-1]) == 6
    assert get(router, "/trail?queue=9").status_code == 404
    for query in ("seconds=0", "seconds=x", "seconds=1e9", "queue=-2", "seconds=nan"):
        answer = get(router, f"/trail?{query}")
        assert answer.status_code == 400
        assert query.partition("=")[2] in answer.json()["message"]


def test_history_is_of_an_agent_or_of_a_task(router):
    router.workspace.workers.create("bob")
    task = router.workspace.tasks.create()
    assert get(router, "/history?agent=0").json()["name"] == "bob"
    assert get(router, "/history?task=0").json()["sid"] == task.sid
    assert get(router, "/history?task=7").status_code == 404
    assert get(router, "/history").status_code == 400
    assert get(router, "/history?task=-1").status_code == 400


def test_an_unknown_path_is_404(router):
    assert get(router, "/nothing").status_code == 404
    assert act(router, "nothing").status_code == 404


# --- actions ---


def test_actions_are_carried_out_for_who_has_the_token(router):
    assert act(router, "burst", count=3).json() == {"created": 3}
    assert len(router.workspace.tasks.list()) == 3
    assert act(router, "speed", speed=4).json() == {"speed": 4.0}
    assert router.speed == 4.0
    assert act(router, "arrivals", paused=True).status_code == 400


@pytest.mark.parametrize("token", ["", "0" * 32])
def test_without_the_right_token_nothing_is_done(router, token):
    assert act(router, "burst", token=token, count=3).status_code == 403
    assert router.workspace.tasks.list() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 400),
    ],
    ids=str,
)
def test_not_even_the_token_lets_another_sites_page_act(router, headers, status):
    assert act(router, "burst", headers=headers, count=3).status_code == status
    assert router.workspace.tasks.list() == []


def test_actions_are_posts_of_a_bounded_size(router):
    assert act(router, "burst", method="GET").status_code == 405
    assert act(router, "burst", method="PUT").status_code == 405
    assert act(router, "burst", count="x" * (MAX_BODY + 1)).status_code == 413


def test_a_browsers_preflight_is_not_answered(router):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Headers": "x-flexsim-control"}
    answer = requests.options(f"{router.dashboard_url}/do/burst", headers=asked, timeout=10)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_the_dashboard_only_shows_unless_it_is_told_otherwise(looking):
    headers = {"Content-Type": "application/json", "X-Flexsim-Control": "x"}
    answer = requests.post(f"{looking.dashboard_url}/do/burst", json={"count": 3}, headers=headers, timeout=10)
    assert answer.status_code == 403
    assert "--allow-control" in answer.json()["message"]
    assert b'"actions":null' in next(get(looking, "/stream").iter_content(4096))


def test_a_token_is_told_only_where_actions_are_offered(router):
    (token,) = re.findall(rb'"token":"([0-9a-f]{32})"', next(get(router, "/stream").iter_content(4096)))
    assert token.decode() == router.dashboard.actions.token


def test_a_fault_of_ours_is_an_answer(router, monkeypatch, caplog):
    def break_down(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(router.dashboard, "feed", break_down)
    answer = get(router, "/summary")
    assert answer.status_code == 500
    assert "broken" not in answer.text
    assert "broken" in caplog.text
