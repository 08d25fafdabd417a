"""The mind behind an agent: understands what is wanted, asks for what its functions need, calls them, tells what came of it.

What it does is decided by its functions and its role alone, so that it serves any domain, and functions that it has never
heard of. Whom it does not understand it asks again; what fails it tries once more; whom it cannot help it offers a human;
and a conversation that goes nowhere it ends. It always answers who speaks to it.
"""

from collections.abc import Sequence
from typing import Final

from flexsim.randomness import Generator
from flexsim.voice.dialogue.instructions import AgentRole
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.languages import language_of
from flexsim.voice.dialogue.matter import MOST_HANDOVERS, STUCK, Matter
from flexsim.voice.dialogue.meaning import Meaning, understand_all
from flexsim.voice.dialogue.tools import FINISHED, HANG_UP, HUMAN, NOBODY_THERE, REFUSED
from flexsim.voice.dialogue.turn import Turn
from flexsim.voice.ports import Heard, Interjection, InterjectionKind, Reply, Tool, ToolCall, ToolResult, Written

_GIVES_WAY_FOR: Final = (1.5, 2.5)  # seconds that it lets pass where both began at once
_BACK_CHANNEL_AFTER: Final = (1.0, 3.0)  # seconds into the other's turn


class AgentMind:
    """One agent in one conversation."""

    def __init__(self, role: AgentRole, tools: Sequence[Tool], generator: Generator) -> None:
        self.role = role
        self._language = language_of(role.language)
        self._wording = Wording(self._language, generator)
        self._generator = generator
        self._matter = Matter(tools, self._wording, identify=role.identify)
        self._greeted = False
        self._hurried = 0  # turns in a row that only urged it on
        self._ending = ""  # why it hangs up, once that is decided
        self._said_goodbye = False
        self._was_cut = False  # its last words were
        self._called = False  # with its last words it has called a function
        self._last = self._meant = Turn()  # its last turn, and the last in which it did not only ask again
        self._unheard: list[str] = []  # what it has told, and was cut off before it was heard

    def reply(self, news: Sequence[Heard | Written | ToolResult]) -> Reply:
        turn = Turn()
        spoken = [each for each in news if not isinstance(each, ToolResult)]
        if news and all(isinstance(each, ToolResult) and each.name == HANG_UP for each in news):
            return Reply()
        for each in news:
            if isinstance(each, ToolResult):
                self._matter.take_result(each, turn)
        complete = self._take_words(spoken, turn) if spoken else not news and self._unasked(turn)
        if not complete:
            self._go_on(turn, asked=bool(spoken))
        waits = self._waits(spoken)
        self._called = bool(turn.calls)
        if not turn.text:
            return Reply(calls=tuple(turn.calls))
        self._last = turn
        if not turn.pleads:
            self._meant = turn
        after = self.role.answering.draw(self._generator) + waits
        return Reply(text=turn.text, calls=tuple(turn.calls), after=after)

    def overhear(self) -> Interjection | None:
        if self._generator.random() >= self.role.back_channels:
            return None
        after = self._generator.uniform(*_BACK_CHANNEL_AFTER)
        text = self._wording.say("agent.back_channel")
        return Interjection(text=text, after=after, kind=InterjectionKind.BACK_CHANNEL)

    def cut_off(self, said: str) -> None:
        self._unheard = [each for each in self._last.told if each not in said]
        self._matter.lost = self._called and not said
        self._was_cut = True

    # --- taking in: each gives True where the turn is complete, None where it found nothing to do -----------------------

    def _unasked(self, turn: Turn) -> bool:
        """Nobody said anything: the call begins, or the line is silent."""
        if not self._greeted:
            self._greet(turn)
        elif self._matter.flying is not None:
            turn.say(self._wording.say("agent.hold.still"))
        elif self._ending:
            return False
        else:
            self._matter.nothing += 1
            if self._matter.nothing > STUCK:
                self._ending = NOBODY_THERE
                return False
            turn.say(self._wording.say("agent.still_there"))
        return True

    def _greet(self, turn: Turn) -> None:
        self._greeted = True
        self._matter.pending = "help"
        if self.role.company:
            turn.say(self._wording.say("agent.greeting", company=self.role.company, agent=self.role.speaks_as))
        else:
            turn.say(self._wording.say("agent.greeting.plain"))

    def _take_words(self, spoken: Sequence[Heard | Written], turn: Turn) -> bool:
        self._greeted = True
        texts = [each.text for each in spoken if not isinstance(each, Heard) or each.understood]
        if not texts:
            return self._not_understood(turn)
        meaning = understand_all(texts, self._language.code)
        if "impatient" not in meaning.shows:
            self._hurried = 0
        for take in (self._take_courtesy, self._take_end, self._take_answer, self._take_matter):
            complete = take(meaning, turn)
            if complete is not None:
                return complete
        self._matter.nothing += "thanks" not in meaning.shows
        return False

    def _waits(self, spoken: Sequence[Heard | Written]) -> float:
        """How much longer than else: where both began at once and both were cut off, the caller is let go on first."""
        halves = [isinstance(each, Heard) and not (each.complete and each.understood) for each in spoken]
        at_once, self._was_cut = self._was_cut and bool(halves) and all(halves), False
        return self._generator.uniform(*_GIVES_WAY_FOR) if at_once else 0.0

    def _not_understood(self, turn: Turn) -> bool:
        if self._matter.flying is not None:
            return True
        self._matter.nothing += 1
        if self._matter.nothing >= STUCK:
            return False
        turn.pleads = True
        turn.say(self._wording.say("agent.repeat"))
        return True

    def _take_courtesy(self, meaning: Meaning, turn: Turn) -> bool | None:
        """What is about the talk itself: it is answered, and the matter goes on."""
        shows, matter = meaning.shows, self._matter
        if matter.flying is not None:
            return self._while_flying(turn)
        if "repeat" in shows:
            return self._again(turn)
        if "explain" in shows and (term := self._term(meaning)):
            turn.tell(self._wording.say("agent.explain", meaning=self._language.terms[term]))
            return False
        if "still_there" in shows:
            turn.say(self._wording.say("agent.here"))
            return False
        if "back_channel" in shows:  # "okay" is an answer, unless it was said into the question
            answers = "yes" in shows and not self._was_cut and matter.pending in {"confirm", "human"}
            return None if answers else False
        return None

    def _while_flying(self, turn: Turn) -> bool:
        """It asks for patience, unless the call seems to be lost."""
        matter = self._matter
        matter.nothing += 1
        if matter.lost or matter.nothing > STUCK:
            matter.take_back()
            return False
        turn.say(self._wording.say("agent.hold.still"))
        return True

    def _again(self, turn: Turn) -> bool:
        """What it said last, once more, and what was told of it still as such."""
        if not self._meant.parts:
            turn.say(self._wording.say("agent.nothing_to_repeat"))
            return True
        turn.parts, turn.told = list(self._meant.parts), list(self._meant.told)
        self._unheard = []
        return True

    def _term(self, meaning: Meaning) -> str | None:
        return next((term for term in self._language.terms if term.lower() in meaning.plain), None)

    def _take_end(self, meaning: Meaning, turn: Turn) -> bool | None:
        """The caller wants to end, or somebody else to go on with."""
        shows, matter = meaning.shows, self._matter
        if self._ending:
            return False
        if "stop" in shows:
            self._ending = FINISHED if matter.served else REFUSED
            return False
        if matter.pending == "human" and shows & {"yes", "no"}:
            return self._on_offer(turn, accepted="yes" in shows)
        if "human" in shows:
            if not matter.hand_over():
                turn.tell(self._wording.say("agent.handover.failed"))
            return False
        if "bye" in shows or "done" in shows or (matter.pending == "else" and self._is_no(meaning)):
            self._ending = FINISHED
            return False
        return None

    def _is_no(self, meaning: Meaning) -> bool:
        return "no" in meaning.shows and not meaning.is_question()

    def _on_offer(self, turn: Turn, *, accepted: bool) -> bool:
        matter = self._matter
        matter.pending = ""
        if accepted:
            if not matter.hand_over():
                turn.tell(self._wording.say("agent.handover.failed"))
        elif matter.locked:
            self._ending = REFUSED
        else:
            matter.nothing = 0
        return False

    def _take_answer(self, meaning: Meaning, turn: Turn) -> bool | None:
        """An answer to the question that is open."""
        matter, task = self._matter, self._matter.present()
        if task is None or matter.pending not in {"slot", "confirm", "change"}:
            return None
        if matter.pending == "confirm" and "yes" in meaning.shows:
            task.confirmed = True
            matter.nothing = 0
            return False
        again = matter.pending != "slot"
        if task.take(meaning, self._language, () if again else matter.asked, again=again):
            matter.nothing = 0
            turn.say(self._wording.say("agent.thanks"))
            return False
        if matter.pending == "confirm" and "no" in meaning.shows:
            matter.pending = "change"
            matter.nothing += 1
            turn.say(self._wording.say("agent.change"))
            return True
        if meaning.shows & {"unknown", "unsure"}:
            matter.nothing += 1
            if "unsure" in meaning.shows and not task.halves:
                turn.say(self._wording.say("agent.take_your_time"))
            return False
        return None

    def _take_matter(self, meaning: Meaning, turn: Turn) -> bool | None:
        """A question, a wish, or impatience."""
        topics = meaning.of("topic")
        known = next((each for each in topics if each in self.role.knowledge), None)
        if known is not None and meaning.is_question():
            self._matter.nothing = 0
            turn.tell(f"{self.role.knowledge[known]}.")
            return False
        if self._matter.take_wishes(meaning, turn):
            return False
        if "impatient" in meaning.shows:
            self._soothe(turn)
            return False
        if topics or (meaning.is_question() and self.role.company):
            self._matter.nothing += 1
            turn.tell(self._wording.say("agent.unknown_topic"))
            return False
        return None

    def _soothe(self, turn: Turn) -> None:
        """To be hurried is no lack of understanding; but one who only hurries does not get anywhere either."""
        self._hurried += 1
        self._matter.nothing += self._hurried > 2 * STUCK
        if self._hurried == 1:
            turn.say(self._wording.say("agent.soothe"))

    # --- what is next --------------------------------------------------------------------------------------------------

    def _go_on(self, turn: Turn, *, asked: bool) -> None:
        matter = self._matter
        self._say_unheard(turn)
        if self._is_hopeless() and not self._ending:
            self._ending = REFUSED
        if self._ending:
            self._end(turn)
        elif matter.handed_over or matter.flying is not None:
            return
        elif self._needs_human():
            matter.pending = "human"
            turn.say(self._wording.say("agent.offer_human"))
        elif matter.present() is not None:
            matter.advance(turn)
        else:
            self._ask_what_else(turn, asked=asked)

    def _is_hopeless(self) -> bool:
        """It gets nowhere, and no human is free: one who was free for nobody is not offered again."""
        matter = self._matter
        in_vain = matter.in_vain >= MOST_HANDOVERS or (matter.in_vain > 0 and self._needs_human())
        return in_vain or matter.nothing >= 2 * STUCK

    def _needs_human(self) -> bool:
        """It is stuck, waits for nothing, and could offer a human."""
        matter, task = self._matter, self._matter.present()
        waits = matter.flying is not None or (task is not None and task.tool.name == HUMAN)
        return matter.nothing >= STUCK and HUMAN in matter.tools and not waits

    def _say_unheard(self, turn: Turn) -> None:
        unheard, self._unheard = self._unheard, []
        if unheard and not self._ending:
            turn.tell(self._wording.say("agent.resume", rest=" ".join(unheard)))
            turn.told[-1] = unheard[-1] if len(unheard) == 1 else " ".join(unheard)

    def _ask_what_else(self, turn: Turn, *, asked: bool) -> None:
        matter = self._matter
        if matter.served:
            matter.pending = "else"
            turn.say(self._wording.say("agent.else"))
        elif not self.role.company:
            turn.say(self._wording.say("agent.chat" if asked else "agent.help"))
        elif matter.pending == "help" and not turn.parts:
            turn.say(self._wording.say("agent.more"))
        else:
            matter.pending = "help"
            turn.say(self._wording.say("agent.help"))

    def _end(self, turn: Turn) -> None:
        if HANG_UP in self._matter.tools:
            turn.calls.append(ToolCall(name=HANG_UP, arguments={"reason": self._ending}))
            if self._said_goodbye:
                return
        self._said_goodbye = True
        key = {FINISHED: "agent.bye", NOBODY_THERE: "agent.nobody", REFUSED: "agent.bye.unfinished"}[self._ending]
        if self._ending == FINISHED and not self.role.company:
            key = "agent.bye.plain"
        turn.say(self._wording.say(key, company=self.role.company))
        if HANG_UP not in self._matter.tools:
            self._ending = ""
