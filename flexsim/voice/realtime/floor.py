"""Who has the floor: when this side speaks, when it yields, and what it owes an answer to.

A response thinks for as long as its mind says, then all of it is sent at once, and is being played from then on. While that
lasts no other is begun: what comes is kept, and answered when it is over. An interruption is an answer already.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Interjection, InterjectionKind, Reply, Speaker, Speech, ToolCall
from flexsim.voice.realtime.allowance import Allowance
from flexsim.voice.realtime.announcing import Announcer
from flexsim.voice.realtime.configuration import Format
from flexsim.voice.realtime.names import Told
from flexsim.voice.realtime.playback import Playback
from flexsim.voice.realtime.responses import Response, Responses
from flexsim.voice.realtime.setup import Setup
from flexsim.voice.realtime.thinking import Thinking
from flexsim.voice.realtime.usage import text_within, words_within

_NEVER: Final = math.inf


class Floor:
    """One side of a conversation. Every input takes the time; ``deadline`` is when ``advance`` is needed next."""

    def __init__(self, setup: Setup, announcer: Announcer, responses: Responses, thinking: Thinking) -> None:
        self._announcer = announcer
        self._responses = responses
        self._speaker: Speaker = setup.speaker
        self.thinking = thinking
        self.playback = Playback()
        self.active: Response | None = None
        self.has_spoken = False
        self.names: dict[str, str] = {}  # of the functions called, by call id
        self._interjection: Interjection | None = None
        self._interject_at = self._owed_at = _NEVER
        self._owes = False
        self.deaf = False  # while something that was said is not understood yet
        self.quiet_from = _NEVER  # since when nobody has said anything after this side did
        self._limits = (Allowance("requests", setup.requests), Allowance("tokens", setup.tokens))

    @property
    def deadline(self) -> float:
        """When something is due."""
        due = _NEVER if self.active is None else self.active.due
        return min(due, self._interject_at, self._owed_at)

    def speaking(self, now: float) -> bool:
        """Whether this side speaks, or is about to."""
        return self.active is not None or now < self.playback.until

    def playing(self, now: float) -> bool:
        """Whether the client is playing this side's speech, as far as can be told."""
        return now < self.playback.until

    # Inputs.

    def respond(self, now: float, response: Response) -> None:
        """A response was asked for, and there is none (``refuse_second``)."""
        self._begin(now, response)

    def refuse_second(self) -> None:
        """Raise ProtocolError where there is a response already."""
        if self.active is not None:
            raise ProtocolError(
                "Conversation already has an active response in progress: "
                f"{self.active.response_id}. Wait until the response is finished before creating a new one.",
                code="conversation_already_has_active_response",
            )

    def respond_aside(self, now: float, response: Response) -> None:
        """A response outside the conversation: made at once, of what it brings with it alone."""
        if self._allowed(now, response):
            response.plan(self.thinking.ask_aside(response.configuration, response.prompt or ()))
            self._responses.created(response)
            self._perform(now, response)

    def answer(self, now: float, response: Response) -> None:
        """The other side has finished a turn: answer it, now or when this side has been heard."""
        if self.active is not None:
            self._owes = self.active.reply is not None  # who has not been asked yet will answer this too
        elif not self.playing(now):
            self._begin(now, response)
        elif self.playback.kind is not InterjectionKind.INTERRUPTION:
            self._owed_at = self.playback.until

    def hears_again(self, now: float) -> None:
        """Everything said is understood: a response that waited for it goes on."""
        self.deaf = False
        if self.active is not None and self.active.due == _NEVER:
            self.active.due = max(now, self.playback.until)

    def hear_begin(self, began: float) -> None:
        """The other side has begun to speak, at ``began``, into silence: the mind may want to speak into it."""
        self._interjection = self.thinking.overhear()
        if self._interjection is not None:
            self._interject_at = began + self._interjection.after

    def hear_end(self) -> None:
        """The other side has stopped: what was to be said into it is not said."""
        self._interjection, self._interject_at = None, _NEVER

    def yield_to(self, now: float) -> None:
        """The other side speaks, and this one stops."""
        self._owes, self._owed_at = False, _NEVER
        self.playback.interrupt(now)
        if self.active is not None:
            self._cancel(self.active, "turn_detected")

    def cancel(self, response_id: str | None) -> None:
        """The client wants no response; raises ProtocolError where there is none."""
        if self.active is None or response_id not in {None, self.active.response_id}:
            raise ProtocolError("Cancellation failed: no active response found", code="response_cancel_not_active")
        self._cancel(self.active, "client_cancelled")

    def truncated(self, now: float, item_id: str, milliseconds: int) -> None:
        """The client has played so much of an utterance, and no more."""
        if item_id != self.playback.item_id:
            return
        said = self.playback.truncate(now, milliseconds)
        if said is not None:
            self.thinking.cut_off(said)
        if self._owed_at < _NEVER:
            self._owed_at = now
        if self.active is not None and self.active.reply is None and not self.deaf:
            self.active.due = now

    def advance(self, now: float, owed: Callable[[], Response]) -> None:
        """Let what is due happen; ``owed`` makes the response for a turn that was not answered yet."""
        if now >= self._interject_at:
            self._interject(now, owed)
        if now >= self._owed_at:
            self._owed_at = _NEVER
            if self.active is None:
                self._begin(now, owed())
        active = self.active
        if active is not None and now >= active.due:
            if active.reply is None:
                self._think(now, active)
            else:
                self._finish(now, active)

    # A response's life.

    def _begin(self, now: float, response: Response) -> None:
        self._owes, self._owed_at, self.quiet_from = False, _NEVER, _NEVER
        if not self._allowed(now, response):
            return
        self.active = response
        waits = _NEVER if self.deaf else self.playback.until
        if now < waits:
            response.due = waits
            self._responses.created(response)
        else:
            self._ask(now, response)
            self._responses.created(response)
            if response.due <= now:
                self._finish(now, response)

    def _think(self, now: float, response: Response) -> None:
        self._ask(now, response)
        if response.due <= now:
            self._finish(now, response)

    def _ask(self, now: float, response: Response) -> None:
        said = self.playback.cut_off()
        if said is not None:  # interrupted, and the client never said where
            self.thinking.cut_off(said)
        reply = self._asked(response)
        response.plan(reply)
        response.due = now + max(0.0, reply.after)

    def _asked(self, response: Response) -> Reply:
        prompt = response.prompt
        if prompt is None and response.stranger:
            prompt = self.thinking.taken()
        if prompt is None:
            return self.thinking.ask()
        return self.thinking.ask_aside(response.configuration, prompt)

    def _finish(self, now: float, response: Response) -> None:
        self.active = None
        self._perform(now, response)
        if self._owes:
            self._owes, self._owed_at = False, max(now, self.playback.until)

    def _cancel(self, response: Response, reason: str) -> None:
        self.active = None
        self._responses.done(response, "cancelled", {"reason": reason})
        if response.reply is not None and response.own:
            self.thinking.cut_off("")

    def _interject(self, now: float, made: Callable[[], Response]) -> None:
        interjection, self._interjection, self._interject_at = self._interjection, None, _NEVER
        if interjection is None or self.active is not None or self.playing(now):
            return
        response = made()
        response.plan(Reply(text=interjection.text, after=interjection.after), interjection.kind)
        self._responses.created(response)
        self._perform(now, response, interjection.kind)

    def _perform(self, now: float, response: Response, kind: InterjectionKind | None = None) -> None:
        reply = response.reply
        assert reply is not None, "it was planned"
        said = self._say(now, response, reply.text, kind) if reply.text else ""
        if said == reply.text:
            if response.configuration.tool_choice != "none":
                self._call(response, reply.calls)
            self._responses.done(response, "completed")
        else:
            self._responses.done(response, "incomplete", {"reason": "max_output_tokens"})
            if response.own:
                self.thinking.cut_off(said)
        self._limits[1].use(now, response.usage.total)
        self._tell_limits(now)
        self.quiet_from = max(now, self.playback.until)

    def _call(self, response: Response, calls: Sequence[ToolCall]) -> None:
        for call in calls:
            item = self._responses.called(response, call)
            self.names[item.call_id] = call.name

    def _say(self, now: float, response: Response, text: str, kind: InterjectionKind | None) -> str:
        """Say it, or as much of it as the response may hold."""
        configuration = response.configuration
        if not configuration.speaks:
            said = text_within(text, configuration.max_output_tokens)
            if said:
                self._responses.written(response, said, whole=said == text)
            return said
        speech = self._speaker.say(text, response.voice)
        said = words_within(speech, configuration.max_output_tokens)
        if said:
            speech = speech if said == text else self._speaker.say(said, response.voice)
            self._speak(now, response, speech, kind, whole=said == text)
        return said

    def _speak(
        self, now: float, response: Response, speech: Speech, kind: InterjectionKind | None, *, whole: bool
    ) -> None:
        sounds = response.configuration.sounds
        frames = speech.frames if sounds is Format.PCM else _narrow(speech, sounds)
        utterance = self._responses.spoken(response, speech, frames, whole=whole)
        if not response.aside:
            self.has_spoken = True
            self.playback.begin(now, utterance.item.item_id, speech, kind)
            if not response.own:
                self.playback.cut_off_is_nobodys()

    def _allowed(self, now: float, response: Response) -> bool:
        requests, tokens = self._limits
        short = requests if requests.left(now) < 1 else tokens if tokens.left(now) <= 0 else None
        if short is None:
            requests.use(now, 1)
            return True
        error = {
            "type": short.name,
            "code": "rate_limit_exceeded",
            "message": f"Rate limit reached: {short.name} per minute.",
        }
        self._responses.created(response)
        self._responses.done(response, "failed", {"error": error})
        self._tell_limits(now)
        return False

    def _tell_limits(self, now: float) -> None:
        self._announcer.say(Told.RATE_LIMITS, rate_limits=[each.document(now) for each in self._limits])


def _narrow(speech: Speech, sounds: Format) -> Sequence[str]:
    from flexsim.voice.realtime.formats import frames_in  # noqa: PLC0415 -- numpy, which only telephony needs

    return frames_in(speech, sounds)
