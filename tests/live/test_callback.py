import json

import pytest
from twilio.request_validator import RequestValidator

from flexsim.live.callback import MAX_BODY, Signature, create_app, exposition

FORM = {
    "ReservationSid": "WR" + "1" * 32,
    "TaskSid": "WT" + "2" * 32,
    "WorkerSid": "WK" + "3" * 32,
    "TaskAttributes": '{"flexsim": "acme"}',
    "TaskAge": "12",
}
ADDRESS = "https://tunnel.example/reservation"
TOKEN = "secret-of-a-test"


class Desk:
    """Accepts or not, and remembers."""

    def __init__(self, accepts=True, status="ok"):
        self.accepts = accepts
        self.status = status
        self.offers = []
        self.complaints = []

    def take(self, offer):
        self.offers.append(offer)
        return self.accepts

    def complain(self, what):
        self.complaints.append(what)

    def health(self):
        return {"status": self.status, "agents": 3}

    def metrics(self):
        return {"flexsim_agentsim_accepted_total": 2, "flexsim_agentsim_in_hand": 1}


def client(desk, signature=None):
    return create_app(desk, lambda: signature).test_client()


def test_an_offer_that_the_desk_takes_is_accepted_in_the_answer():
    desk = Desk()
    answer = client(desk).post("/reservation", data=FORM)
    assert (answer.status_code, answer.json) == (200, {"instruction": "accept"})
    assert answer.content_type == "application/json"
    (offer,) = desk.offers
    assert (offer.reservation, offer.task, offer.worker) == (FORM["ReservationSid"], FORM["TaskSid"], FORM["WorkerSid"])
    assert (offer.attributes, offer.age) == ({"flexsim": "acme"}, 12.0)


def test_an_offer_that_the_desk_does_not_take_is_left_pending():
    answer = client(Desk(accepts=False)).post("/reservation", data=FORM)
    assert (answer.status_code, answer.json) == (200, {})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ReservationSid": ""}, "ReservationSid is not a SID"),
        ({"TaskSid": "WT../../etc"}, "TaskSid is not a SID"),
        ({"WorkerSid": "WK" + "3" * 33}, "WorkerSid is not a SID"),
        ({"TaskAttributes": ""}, "TaskAttributes is not JSON"),
        ({"TaskAttributes": "[" * 30_000}, "TaskAttributes is not JSON"),
        ({"TaskAttributes": "[1]"}, "TaskAttributes is not a JSON object"),
        ({"TaskAge": "-1"}, "TaskAge is not a number"),
        ({"TaskAge": "9" * 4000}, "TaskAge is not a number"),
    ],
)
def test_garbage_is_answered_with_one_line_and_counted(change, words):
    desk = Desk()
    answer = client(desk).post("/reservation", data=FORM | change)
    assert answer.status_code == 400
    assert answer.text.startswith(words)
    assert answer.text.count("\n") == 1
    assert desk.complaints == ["garbage"]
    assert desk.offers == []


def test_a_body_that_is_no_form_is_garbage():
    answer = client(Desk()).post("/reservation", data=json.dumps(FORM), content_type="application/json")
    assert answer.status_code == 400


def test_a_body_that_is_too_long_is_refused_unread():
    answer = client(Desk()).post("/reservation", data=FORM | {"TaskAttributes": "x" * (MAX_BODY + 1)})
    assert answer.status_code == 413
    assert answer.text == "413 request entity too large\n"


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/reservation", 405), ("get", "/nowhere", 404)])
def test_other_requests_get_their_status_and_one_line(method, path, status):
    answer = getattr(client(Desk()), method)(path)
    assert answer.status_code == status
    assert answer.text.count("\n") == 1
    assert "<" not in answer.text


def test_only_what_the_holder_of_the_token_has_signed_is_taken():
    desk = Desk()
    signed = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(ADDRESS, FORM)}
    guarded = client(desk, Signature(address=ADDRESS, token=TOKEN))
    assert guarded.post("/reservation", data=FORM, headers=signed).status_code == 200
    assert guarded.post("/reservation", data=FORM | {"TaskAge": "13"}, headers=signed).status_code == 403
    assert guarded.post("/reservation", data=FORM).status_code == 403
    assert desk.complaints == ["signature", "signature"]
    assert len(desk.offers) == 1


def test_the_token_is_no_part_of_how_a_signature_prints():
    assert TOKEN not in repr(Signature(address=ADDRESS, token=TOKEN))


def test_health_is_good_only_once_the_agents_are_logged_in():
    assert client(Desk()).get("/health").status_code == 200
    starting = client(Desk(status="not ready")).get("/health")
    assert (starting.status_code, starting.json["status"]) == (503, "not ready")


def test_metrics_are_in_prometheus_text_format():
    answer = client(Desk()).get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text == exposition({"flexsim_agentsim_accepted_total": 2, "flexsim_agentsim_in_hand": 1})
    assert answer.text.splitlines() == [
        "# TYPE flexsim_agentsim_accepted_total counter",
        "flexsim_agentsim_accepted_total 2",
        "# TYPE flexsim_agentsim_in_hand gauge",
        "flexsim_agentsim_in_hand 1",
    ]
