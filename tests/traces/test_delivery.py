"""What is tried again, after which pause, and that every span is accounted for."""

import pytest

from flexsim.traces.delivery import Ledger, Patience, Reply, wanted


class Half:
    @staticmethod
    def random():
        return 0.5


def pause(attempt=1, **reply):
    return Patience().pause(Reply(**reply), attempt, 0.0, Half)


@pytest.mark.parametrize("status", [429, 502, 503, 504, None])
def test_what_may_pass_is_tried_again(status):
    assert pause(status=status) is not None


@pytest.mark.parametrize("status", [301, 400, 401, 404, 413, 500, 501])
def test_what_will_not_pass_is_final(status):
    assert pause(status=status) is None


def test_pauses_double_up_to_the_longest():
    patience = Patience(attempts=9, first=1, longest=10)
    reply = Reply(status=503)
    assert [patience.pause(reply, at, 0.0, Half) for at in range(1, 7)] == [0.75, 1.5, 3.0, 6.0, 7.5, 7.5]


def test_after_the_last_attempt_there_is_none():
    assert pause(6, status=503) is None
    assert pause(5, status=503) is not None


def test_the_pause_asked_for_is_kept():
    assert pause(status=429, retry_after="7") == 7.0
    assert pause(status=429, retry_after="7000") is None


def test_a_date_to_come_again_is_understood():
    assert wanted("Mon, 05 Jan 2026 08:00:30 GMT", 1_767_600_000.0) == 30.0
    assert wanted("Mon, 05 Jan 2026 07:00:00 GMT", 1_767_600_000.0) == 0.0


@pytest.mark.parametrize("text", [None, "", "soon", "-3", "1.5.6"])
def test_a_header_that_says_nothing_is_none(text):
    assert wanted(text, 0.0) is None


def test_every_span_is_accounted_for():
    ledger = Ledger()
    ledger.take(100)
    ledger.arrived(30, 5, 1000)
    ledger.gone(20, "HTTP 400")
    assert ledger.waiting == 50
    assert ledger.document() == {
        "handed": 100, "sent": 25, "rejected": 5, "lost": 20, "lost_by_reason": {"HTTP 400": 20}, "batches": 1,
        "retries": 0, "bytes": 1000,
    }  # fmt: skip


def test_no_more_is_refused_than_was_sent():
    ledger = Ledger()
    ledger.take(10)
    ledger.arrived(10, 99, 1)
    assert (ledger.sent, ledger.rejected) == (0, 10)
