"""The transport against a server that throttles, fails, hangs up, hangs and talks nonsense."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from flexsim.deployment.transport import Failure, Policy, Transport, may_repeat, origin, retry_after, watched
from flexsim.errors import TargetUnreachable

WORKERS = "/v1/Workspaces/WS1/Workers"
WORKER = "/v1/Workspaces/WS1/Workers/WK1"


class Pauses(list):
    """Sleeps not at all, and remembers for how long it would have."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@asynccontextmanager
async def transport(*, chance: float = 1.0, **policy):
    pauses = Pauses()
    made = Transport(lambda: chance, Policy(**policy), pauses)
    made.pauses = pauses
    try:
        yield made
    finally:
        await made.close()


def exchange(faults, steps, method="GET", path=WORKERS, **policy):
    """Make one request against a server that does ``steps``; returns (answer or error, server, transport)."""

    async def go():
        async with faults.server(steps) as server, transport(**policy) as client:
            try:
                answer = await client.request(method, server.address + path, data={"FriendlyName": "Ann"})
            except TargetUnreachable as error:
                answer = error
            return answer, server, client

    return asyncio.run(go())


def test_an_answer_is_handed_on_as_it_came(faults):
    answer, server, client = exchange(faults, [faults.Answer(201, b'{"sid": "WK1"}')], "POST")
    assert (answer.status_code, answer.text) == (201, '{"sid": "WK1"}')
    assert server.seen == [f"POST {WORKERS}"]
    assert client.counts.as_dict() == {"requests": 1, "retries": 0, "failures": {}}


def test_credentials_go_as_http_basic_and_parameters_as_a_form(faults):
    async def go():
        async with faults.server([faults.Answer()]) as server, transport() as client:
            options = {"auth": ("AC1", "secret"), "params": {"AssignmentStatus": ["pending", "reserved"]}}
            await client.request("GET", server.address + WORKERS, headers={"Accept": "application/json"}, **options)
            return server.seen[0], server.headers[0]

    line, headers = asyncio.run(go())
    assert line == f"GET {WORKERS}?AssignmentStatus=pending&AssignmentStatus=reserved"
    assert "Authorization: Basic QUMxOnNlY3JldA==" in headers
    assert "Accept: application/json" in headers


def test_a_throttled_creation_is_sent_again_after_the_time_asked_for(faults):
    steps = [faults.Answer(429, headers={"Retry-After": "7"}), faults.Answer(201)]
    answer, server, client = exchange(faults, steps, "POST", first_pause=0.5)
    assert answer.status_code == 201
    assert len(server.seen) == 2
    assert client.pauses == [7.5]
    assert client.counts.as_dict() == {"requests": 1, "retries": 1, "failures": {"throttled": 1}}


def test_being_asked_to_wait_beyond_patience_ends_the_trying(faults):
    steps = [faults.Answer(429, headers={"Retry-After": "3600"})]
    answer, server, client = exchange(faults, steps, longest_retry_after=120)
    assert answer.status_code == 429
    assert len(server.seen) == 1
    assert client.pauses == []


def test_pauses_double_up_to_the_longest(faults):
    answer, _, client = exchange(faults, [faults.Answer(500)], tries=6, first_pause=1, longest_pause=5)
    assert answer.status_code == 500
    assert client.pauses == [1, 2, 4, 5, 5]


def test_half_of_each_pause_is_chance(faults):
    async def go():
        async with (
            faults.server([faults.Answer(503)]) as server,
            transport(chance=0.0, tries=2, first_pause=1) as client,
        ):
            await client.request("GET", server.address + WORKERS)
            return client.pauses

    assert asyncio.run(go()) == [0.5]


def test_a_creation_whose_answer_was_lost_is_not_sent_again(faults):
    answer, server, client = exchange(faults, [faults.Reset()], "POST")
    assert isinstance(answer, TargetUnreachable)
    assert "may or may not have been carried out" in str(answer)
    assert server.address in str(answer)
    assert len(server.seen) == 1
    assert client.counts.failures == {Failure.LOST: 1}


def test_a_change_whose_answer_was_lost_is_sent_again(faults):
    answer, server, _ = exchange(faults, [faults.Reset(), faults.Answer()], "POST", WORKER)
    assert answer.status_code == 200
    assert len(server.seen) == 2


def test_a_read_whose_answer_was_cut_short_is_made_again(faults):
    answer, _, client = exchange(faults, [faults.CutShort(), faults.Answer()])
    assert answer.status_code == 200
    assert client.counts.failures == {Failure.LOST: 1}


def test_a_creation_that_a_gateway_lost_is_not_sent_again(faults):
    answer, server, _ = exchange(faults, [faults.Answer(502, b"Bad Gateway")], "POST")
    assert answer.status_code == 502
    assert len(server.seen) == 1


def test_a_creation_that_was_turned_away_is_sent_again(faults):
    answer, server, _ = exchange(faults, [faults.Answer(503), faults.Answer(201)], "POST")
    assert answer.status_code == 201
    assert len(server.seen) == 2


def test_a_server_that_hangs_is_given_up_on(faults):
    answer, server, client = exchange(faults, [faults.Hang()], tries=2, answer_timeout=0.2)
    assert isinstance(answer, TargetUnreachable)
    assert "none in 0.2 s" in str(answer)
    assert len(server.seen) == 2
    assert client.counts.failures == {Failure.LATE: 2}


def test_a_creation_that_hangs_is_not_sent_again(faults):
    _, server, _ = exchange(faults, [faults.Hang()], "POST", answer_timeout=0.2)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [(200, b"<html>Welcome to nginx</html>"), (200, b"[]"), (200, b"\xff\xfe\x00"), (301, b""), (200, b"")],
    ids=["page", "list", "no text", "redirect", "empty"],
)
def test_an_answer_that_is_no_taskrouters_says_to_check_the_address(faults, answer):
    error, server, client = exchange(faults, [faults.Answer(*answer)])
    assert isinstance(error, TargetUnreachable)
    assert str(error).startswith(f"{server.address} does not answer as a TaskRouter does")
    assert len(server.seen) == 1
    assert client.counts.failures == {Failure.GARBAGE: 1}


def test_an_answer_is_read_no_further_than_a_taskrouters_could_go(faults):
    long = faults.Answer(200, b'{"a": "' + b"x" * 100_000 + b'"}')
    error, _, client = exchange(faults, [long], longest_answer=100_000)
    assert isinstance(error, TargetUnreachable)
    assert client.counts.failures == {Failure.GARBAGE: 1}
    answer, _, _ = exchange(faults, [long], longest_answer=100_009)
    assert answer.status_code == 200


def test_an_answer_without_a_body_is_right_for_a_deletion(faults):
    answer, _, _ = exchange(faults, [faults.Answer(204, b"")], "DELETE", WORKER)
    assert answer.status_code == 204


def test_a_creation_is_tried_again_when_nobody_listened(faults, closed_port):
    async def go():
        async with transport(tries=3) as client:
            with pytest.raises(TargetUnreachable) as raised:
                await client.request("POST", f"http://127.0.0.1:{closed_port}{WORKERS}")
            return str(raised.value), client.counts.as_dict()

    message, counts = asyncio.run(go())
    assert f"cannot reach http://127.0.0.1:{closed_port} after 3 tries" in message
    assert counts == {"requests": 1, "retries": 2, "failures": {"unreachable": 3}}


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1", "http://", "http://127.0.0.1:port", "http://user:secret@127.0.0.1:8900"]
)
def test_an_address_that_is_none_is_said_to_be_none_without_any_password(address):
    async def go():
        async with transport() as client:
            with pytest.raises(TargetUnreachable, match="cannot be used as an address") as raised:
                await client.request("GET", address + WORKERS, auth=("AC1", "secret"))
            return str(raised.value)

    message = asyncio.run(go())
    assert message.startswith(address.replace("user:secret@", ""))
    assert "secret" not in message


def test_no_more_requests_are_under_way_than_allowed(faults):
    async def go():
        async with faults.server([faults.Answer()]) as server, transport(in_flight=3) as client:
            server.proceed = asyncio.Event()
            requests = [asyncio.create_task(client.request("GET", server.address + WORKERS)) for _ in range(8)]
            await server.three_open.wait()
            server.proceed.set()
            await asyncio.gather(*requests)
            return server.open_most, len(server.seen)

    assert asyncio.run(go()) == (3, 8)


def test_whoever_pauses_leaves_the_slot_to_others(faults):
    async def go():
        asleep = asyncio.Event()

        async def sleep_for_good(seconds):
            asleep.set()
            await asyncio.Event().wait()

        client = Transport(lambda: 0.5, Policy(in_flight=1), sleep_for_good)
        async with faults.server([faults.Answer(429), faults.Answer()]) as server:
            throttled = asyncio.create_task(client.request("GET", server.address + WORKERS))
            await asleep.wait()
            answer = await client.request("GET", server.address + WORKERS)
            throttled.cancel()
            await client.close()
            return answer.status_code

    assert asyncio.run(go()) == 200


def test_a_watched_call_knows_when_it_may_have_been_done_unheard(faults):
    async def go(steps):
        async with faults.server(steps) as server, transport() as client:
            with watched() as fate:
                await client.request("DELETE", server.address + WORKER)
            return fate.unknown

    assert asyncio.run(go([faults.Reset(), faults.Answer(404)])) is True
    assert asyncio.run(go([faults.Answer(429), faults.Answer(404)])) is False


@pytest.mark.parametrize(
    ("method", "path", "failure", "repeated"),
    [
        ("POST", "/v1/Workspaces/WS1/Tasks", Failure.LOST, False),
        ("POST", "/v1/Workspaces/WS1/Tasks", Failure.SERVER_ERROR, False),
        ("POST", "/v1/Workspaces/WS1/Tasks", Failure.THROTTLED, True),
        ("POST", "/v1/Workspaces/WS1/Tasks/WT1", Failure.LOST, True),
        ("POST", "/v1/Workspaces/WS1/Tasks/WT1/Reservations/WR1", Failure.LATE, True),
        ("POST", "/behind/a/proxy/v1/Workspaces/WS1/Tasks", Failure.LATE, False),
        ("DELETE", "/v1/Workspaces/WS1/Tasks/WT1", Failure.LATE, True),
        ("GET", "/v1/Workspaces/WS1/Tasks", Failure.GARBAGE, False),
    ],
)
def test_only_creations_of_unknown_fate_and_nonsense_are_not_repeated(method, path, failure, repeated):
    assert may_repeat(method, f"http://127.0.0.1:8900{path}?PageSize=1", failure) is repeated


def test_retry_after_may_be_a_date_measured_against_the_servers_own():
    headers = {"Date": "Wed, 21 Oct 2026 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}
    assert retry_after(headers) == 30
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}) is None
    assert retry_after({"Retry-After": "soon"}) is None
    assert retry_after({}) is None


def test_an_origin_holds_no_password():
    assert origin("http://AC1:secret@[::1]:8900/v1?x=1") == "http://[::1]:8900"
    assert origin("http://AC1:secret@there/v1") == "http://there"
    assert origin("https://there.example/v1") == "https://there.example"
