"""Functions: done at once, answered in their time."""

import pytest

from flexsim.voice.conversation.calling import Calling
from flexsim.voice.conversation.records import EndReason, Side
from flexsim.voice.conversation.rules import Answer, Rules
from flexsim.voice.conversation.talk import Talk
from flexsim.voice.realtime.happenings import FunctionCalled
from tests.voice.conversation.company import Minutes, ending, parts


class Office:
    """A talk with functions whose answers are given here."""

    def __init__(self, *answers):
        self.asked = []
        self.answers = iter(answers)
        self.minutes = Minutes()
        self.talk = Talk(parts(functions=self.do), Rules(), self.minutes, lambda _happening: None)
        self.calling = Calling(self.talk, ending)
        self.agent = self.talk.parties[Side.AGENT]

    def do(self, name, arguments):
        self.asked.append((name, arguments))
        return next(self.answers)

    def call(self, call_id, name="look_up", arguments="{}"):
        self.calling.call(self.agent, FunctionCalled("r", f"item of {call_id}", call_id, name, arguments))

    def sent(self):
        found, self.talk.outbox = [event for _, event in self.talk.outbox], []
        return [each.get("item", each).get("output", each["type"]) for each in found]


def test_an_answer_comes_when_its_time_is_over_and_then_the_session_is_to_go_on():
    office = Office(Answer({"a": 1}, None, 0.3))
    office.call("k", arguments='{"of": "it"}')
    assert office.asked == [("look_up", {"of": "it"})]
    assert office.calling.due == 8
    office.calling.advance(7)
    assert office.sent() == []
    office.calling.advance(8)
    assert office.sent() == ['{"a": 1}', "response.create"]


def test_all_answers_are_given_before_the_session_goes_on():
    office = Office(Answer({"a": 1}, None, 0.8), Answer({"b": 2}, None, 0.1))
    office.call("k")
    office.call("l")
    office.calling.advance(3)
    assert office.sent() == ['{"b": 2}']
    office.calling.advance(20)
    assert office.sent() == ['{"a": 1}', "response.create"]


@pytest.mark.parametrize(
    ("arguments", "error"), [("{", "the arguments are not JSON"), ("[1]", "the arguments are not an object")]
)
def test_arguments_that_cannot_be_read_are_answered_with_an_error_and_nothing_is_done(arguments, error):
    office = Office()
    office.call("k", arguments=arguments)
    office.calling.advance(1)
    assert office.asked == []
    assert error in office.sent()[0]
    assert office.minutes.calls[0].error.startswith(error)


def test_an_answer_for_a_session_that_is_gone_is_kept_and_not_sent():
    office = Office(Answer({"a": 1}, None, 0.3))
    office.call("k")
    office.agent.lose()
    office.calling.advance(8)
    assert office.sent() == []
    assert office.minutes.calls[0].result == {"a": 1}


def test_who_hangs_up_leaves():
    office = Office(Answer({}, None, 0.0))
    office.call("k", name="hang_up")
    office.calling.advance(0)
    assert office.talk.ended is EndReason.COMPLETED


def test_what_is_open_at_the_end_was_called_all_the_same():
    office = Office(Answer({"a": 1}, None, 9.0))
    office.call("k")
    office.calling.leave_open()
    assert [each.call_id for each in office.minutes.calls] == ["k"]
