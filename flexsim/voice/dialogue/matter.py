"""What an agent has in hand: the tasks, who the caller is, the question that is open, the function that is running. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.voice.dialogue import agent_words as words
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.meaning import Meaning
from flexsim.voice.dialogue.task import Task
from flexsim.voice.dialogue.tools import HUMAN, VERIFY
from flexsim.voice.dialogue.turn import Turn
from flexsim.voice.dialogue.wishes import wishes
from flexsim.voice.ports import Tool, ToolCall, ToolResult

MOST_TRIES: Final = 2  # calls of a function that fails
MOST_HANDOVERS: Final = 2  # that come to nothing, until the call ends
STUCK: Final = 3  # turns in a row that bring nothing, until a human is offered; twice as many end the call


class Matter:
    """``pending`` is what the last question was: help, slot, confirm, change, else, human, or nothing yet.

    ``nothing`` counts turns in a row that brought nothing.
    """

    def __init__(self, tools: Sequence[Tool], wording: Wording, *, identify: bool) -> None:
        self.tools = {each.name: each for each in tools}
        self.pending = ""
        self.nothing = 0
        self.served = False
        self.locked = False
        self.handed_over = False
        self.in_vain = 0  # hand-overs that came to nothing
        self.flying: ToolCall | None = None
        self.lost = False  # what was said before the call was never heard: the call may have gone with it
        self.asked: Sequence[str] = ()
        self._wording = wording
        self._identity = Task(self.tools[VERIFY]) if identify and VERIFY in self.tools else None
        self._introduced = False  # it has said why it asks who the caller is
        self._profile: Mapping[str, Any] = {}
        self._task: Task | None = None
        self._later: list[Task] = []
        self._finished: list[tuple[Task, str]] = []  # what was done, and how that was told

    def present(self) -> Task | None:
        """What it is working on: who the caller is, while that is needed for the task."""
        if self._task is None or self._task.tool.name == HUMAN:
            return self._task
        return self._identity or self._task

    # --- wishes --------------------------------------------------------------------------------------------------------

    def take_wishes(self, meaning: Meaning, turn: Turn) -> bool:
        """Begin, or remember for later, what is wished for. False where nothing is."""
        wanted = wishes(meaning, list(self.tools.values()), self._wording.language)
        for name in wanted.known:
            self._queue(name, meaning, turn)
        if wanted.known:
            self.nothing = 0
        elif wanted.strange and self._task is None:
            self.nothing = STUCK
            turn.tell(self._wording.say("agent.cannot"))
        return bool(wanted.known) or (wanted.strange and self._task is None)

    def _told_before(self, task: Task) -> str:
        """How it was told that this very thing is done; nothing where it is not."""
        found = [
            told
            for done, told in self._finished
            if done.tool is task.tool and task.values.items() <= done.values.items()
        ]
        return found[-1] if found else ""

    def _queue(self, name: str, meaning: Meaning, turn: Turn) -> None:
        task = Task(self.tools[name])
        task.take(meaning, self._wording.language, ())
        told = self._told_before(task)
        if told:
            turn.tell(told)
            return
        turn.say(self._wording.say("agent.of_course"))
        if self._identity is not None:
            self._identity.take(meaning, self._wording.language, ())
        if self._task is None:
            self._task = task
        elif name not in {self._task.tool.name, *(each.tool.name for each in self._later)}:
            self._later.append(task)

    def take_back(self) -> None:
        """A call was lost with what was being said, or its answer was. What changes something is read back once more."""
        task = self.present()
        self.flying, self.lost = None, False
        if task is not None:
            task.tries -= 1
            task.confirmed = False

    def hand_over(self) -> bool:
        """Make a human's help the task. False where there is none to be had."""
        if HUMAN not in self.tools:
            return False
        self._task = Task(self.tools[HUMAN], {"reason": "the caller asked for a human"})
        self._later.clear()
        return True

    def give_up_task(self) -> None:
        """What it was working on cannot be done."""
        self._task = self._later.pop(0) if self._later else None

    # --- what functions gave -------------------------------------------------------------------------------------------

    def take_result(self, result: ToolResult, turn: Turn) -> None:
        """A function has answered: tell what, and go on from there."""
        task = self.present()
        self.flying = None
        if task is None or result.name != task.tool.name:
            return
        self.nothing = 0
        output = parsed(result.output)
        if "error" in output:
            self._failed(task, turn)
        elif "refused" in output and task is self._identity:
            self._not_verified(output, turn)
        elif "refused" in output:
            turn.tell(words.refused(self._wording, output))
            self.give_up_task()
            self.nothing = STUCK
        else:
            self._done(task, output, turn)

    def _done(self, task: Task, output: Mapping[str, Any], turn: Turn) -> None:
        if task.tool.name == HUMAN:
            self.handed_over = True
        elif task is self._identity:
            self._profile = output
            self._identity = None
            first = str(output.get("customer", "")).partition(" ")[0]
            turn.say(self._wording.say("agent.verified", first=first))
        else:
            turn.tell(words.told(self._wording, task, output))
            self._finished.append((task, turn.told[-1]))
            self.served = True
            self.give_up_task()

    def _failed(self, task: Task, turn: Turn) -> None:
        if task.tries < MOST_TRIES:
            turn.say(self._wording.say("agent.failed.again"))
            return
        if task.tool.name == HUMAN:
            self.in_vain += 1
            turn.tell(self._wording.say("agent.handover.failed"))
        else:
            turn.tell(self._wording.say("agent.failed"))
            self.nothing = STUCK
        task.tries = 0
        self.give_up_task()

    def _not_verified(self, output: Mapping[str, Any], turn: Turn) -> None:
        assert self._identity is not None, "it is the identity that was refused"
        self._identity = Task(self._identity.tool)
        if output.get("attempts_left", 0):
            turn.tell(self._wording.say("agent.not_verified"))
            return
        turn.tell(self._wording.say("agent.locked"))
        self.locked = True
        self.nothing = STUCK
        self._task = None
        self._later.clear()

    # --- what is next --------------------------------------------------------------------------------------------------

    def advance(self, turn: Turn) -> None:
        """Ask for what is missing, read back, or call."""
        task = self.present()
        assert task is not None, "there is something to do"
        missing = task.missing()
        if missing:
            self._ask(task, missing, turn)
        elif task.must_be_read_back() and not task.confirmed:
            self.pending = "confirm"
            turn.say(words.confirm(self._wording, task, self._profile))
        else:
            self._call(task, turn)

    def _ask(self, task: Task, missing: Sequence[str], turn: Turn) -> None:
        if task is self._identity and not self._introduced:
            self._introduced = True
            turn.say(self._wording.say("agent.identify"))
        self.pending, self.asked = "slot", words.together(task, missing, self._wording)
        turn.say(words.ask(self._wording, task, self.asked))

    def _call(self, task: Task, turn: Turn) -> None:
        if not task.tries:
            turn.say(self._wording.say("agent.handover" if task.tool.name == HUMAN else "agent.hold"))
        task.tries += 1
        self.pending, self.asked, self.lost = "", (), False
        self.flying = ToolCall(name=task.tool.name, arguments=dict(task.values))
        turn.calls.append(self.flying)


def parsed(output: str) -> Mapping[str, Any]:
    """A function's output, whatever it is, as an object."""
    try:
        found = json.loads(output)
    except ValueError:
        return {"result": output}
    return found if isinstance(found, Mapping) else {"result": found}
