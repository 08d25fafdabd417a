"""One response from being asked for to being done, as events: what is said, what is called, in the service's order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from flexsim.voice.ports import FRAME_MS, RATE, InterjectionKind, Reply, Speech, ToolCall, Voice
from flexsim.voice.realtime.announcing import Announcer
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.conversation import Conversation
from flexsim.voice.realtime.documents import response_settings
from flexsim.voice.realtime.items import Item, Part
from flexsim.voice.realtime.names import Dialect, Told
from flexsim.voice.realtime.playback import length_ms
from flexsim.voice.realtime.thinking import News
from flexsim.voice.realtime.usage import Usage, of_output, of_text

_ARGUMENTS_A_DELTA: Final = 24  # characters of a function call's arguments in one event
_FRAME_SAMPLES: Final = RATE * FRAME_MS // 1000

AFTER: Final = "flexsim.after"  # in a response's metadata: how long the mind thought, in seconds
KIND: Final = "flexsim.kind"  # and why it spoke: turn, interruption, back_channel


class Response:
    """One response.

    ``aside`` is out of the conversation; ``prompt``, where it is not None, is all that whoever answers knows; a
    ``stranger`` answers where the response brings instructions of its own; ``due`` is when it goes on; ``reply`` is None
    until a mind was asked.
    """

    __slots__ = (
        "aside",
        "configuration",
        "due",
        "items",
        "metadata",
        "prompt",
        "reply",
        "response_id",
        "stranger",
        "usage",
        "voice",
    )

    def __init__(  # noqa: PLR0913 -- all it is made of
        self,
        response_id: str,
        configuration: Configuration,
        voice: Voice,
        *,
        usage: Usage,
        metadata: Mapping[str, str] | None = None,
        aside: bool = False,
        prompt: Sequence[News] | None = None,
        stranger: bool = False,
    ) -> None:
        self.response_id = response_id
        self.configuration = configuration
        self.voice = voice
        self.metadata = None if metadata is None else dict(metadata)
        self.usage = usage
        self.aside = aside
        self.prompt = prompt
        self.stranger = stranger
        self.reply: Reply | None = None
        self.due = 0.0
        self.items: list[Item] = []

    @property
    def own(self) -> bool:
        """Whether it is the session's mind that answers."""
        return not self.stranger and self.prompt is None and not self.aside

    def plan(self, reply: Reply, kind: InterjectionKind | None = None) -> None:
        """The mind has answered; what it intended is written into the metadata, as truth for whoever measures."""
        self.reply = reply
        told = {AFTER: f"{reply.after:.3f}", KIND: kind.value if kind else "turn"}
        self.metadata = {**(self.metadata or {}), **told}


class Utterance:
    """What a response has spoken."""

    __slots__ = ("item", "speech")

    def __init__(self, item: Item, speech: Speech) -> None:
        self.item = item
        self.speech = speech


class Responses:
    """Announces responses; adds their items to the conversation."""

    __slots__ = ("_announcer", "_conversation", "_conversation_id", "_dialect", "_ids")

    def __init__(self, announcer: Announcer, conversation: Conversation, conversation_id: str) -> None:
        self._announcer = announcer
        self._ids = announcer.ids
        self._dialect: Dialect = announcer.dialect
        self._conversation = conversation
        self._conversation_id = conversation_id

    def created(self, response: Response) -> None:
        """It has been asked for."""
        self._announcer.say(Told.RESPONSE_CREATED, response=self._document(response, "in_progress"))

    def done(self, response: Response, status: str, details: Mapping[str, Any] | None = None) -> None:
        """It is over: ``completed``, ``cancelled``, ``incomplete`` or ``failed``; ``details`` say why."""
        document = self._document(response, status)
        document["status_details"] = None if details is None else {"type": status, **details}
        document["usage"] = response.usage.document()
        self._announcer.say(Told.RESPONSE_DONE, response=document)

    def written(self, response: Response, text: str, *, whole: bool = True) -> None:
        """Answer with text, which is not the ``whole`` of it where there was no room."""
        item = self._open(response, Part("output_text", ""))
        about = self._about(response, item)
        for piece in _pieces(text, 40):
            self._announcer.say(Told.TEXT_DELTA, **about, delta=piece)
        self._announcer.say(Told.TEXT_DONE, **about, text=text)
        response.usage.text_out += of_text(text)
        self._close(response, item, text, whole=whole)

    def spoken(self, response: Response, speech: Speech, frames: Sequence[str], *, whole: bool = True) -> Utterance:
        """Answer with sound, ``frames`` of it as the session's format has them: all at once, the client plays it."""
        item = self._open(response, Part("output_audio", ""))
        about = self._about(response, item)
        self._sound(about, speech, frames)
        self._announcer.say(Told.AUDIO_DONE, **about)
        self._announcer.say(Told.TRANSCRIPT_DONE, **about, transcript=speech.text)
        length = item.parts[0].length_ms = length_ms(speech)
        response.usage.text_out += of_text(speech.text)
        response.usage.audio_out += of_output(length)
        self._close(response, item, speech.text, whole=whole)
        return Utterance(item, speech)

    def called(self, response: Response, call: ToolCall) -> Item:
        """Call a function: the client does it, and brings the result."""
        item = Item(self._ids.new("item"), "function_call", status="in_progress")
        item.name, item.call_id = call.name, self._ids.new("call")
        arguments = orjson.dumps(call.arguments).decode()
        about = {
            "response_id": response.response_id,
            "item_id": item.item_id,
            "output_index": len(response.items),
            "call_id": item.call_id,
        }
        self._added(response, item)
        for piece in _pieces(arguments, _ARGUMENTS_A_DELTA):
            self._announcer.say(Told.ARGUMENTS_DELTA, **about, delta=piece)
        self._announcer.say(Told.ARGUMENTS_DONE, **about, name=call.name, arguments=arguments)
        item.arguments = arguments
        response.usage.text_out += of_text(arguments)
        self._finished(response, item)
        return item

    # What all kinds of items have in common.

    def _open(self, response: Response, part: Part) -> Item:
        item = Item(self._ids.new("item"), "message", role="assistant", status="in_progress")
        self._added(response, item)
        item.parts.append(part)
        self._part(Told.PART_ADDED, response, item)
        return item

    def _close(self, response: Response, item: Item, text: str, *, whole: bool) -> None:
        item.parts[0].text = text
        self._part(Told.PART_DONE, response, item)
        self._finished(response, item, "completed" if whole else "incomplete")

    def _added(self, response: Response, item: Item) -> None:
        self._announcer.say(
            Told.OUTPUT_ITEM_ADDED,
            response_id=response.response_id,
            output_index=len(response.items),
            item=item.document(self._dialect),
        )
        response.items.append(item)
        if not response.aside:
            before = self._conversation.add(item)
            self._announcer.say(Told.ITEM_ADDED, previous_item_id=before, item=item.document(self._dialect))

    def _finished(self, response: Response, item: Item, status: str = "completed") -> None:
        item.status = status
        self._announcer.say(
            Told.OUTPUT_ITEM_DONE,
            response_id=response.response_id,
            output_index=len(response.items) - 1,
            item=item.document(self._dialect),
        )
        if not response.aside:
            before = self._conversation.before(item.item_id)
            self._announcer.say(Told.ITEM_DONE, previous_item_id=before, item=item.document(self._dialect))

    def _part(self, name: Told, response: Response, item: Item) -> None:
        part = item.parts[0]
        content = {"type": "audio", "transcript": part.text} if part.is_sound else {"type": "text", "text": part.text}
        self._announcer.say(name, **self._about(response, item), part=content)

    def _about(self, response: Response, item: Item) -> dict[str, Any]:
        return {
            "response_id": response.response_id,
            "item_id": item.item_id,
            "output_index": len(response.items) - 1,
            "content_index": 0,
        }

    def _sound(self, about: Mapping[str, Any], speech: Speech, frames: Sequence[str]) -> None:
        """Words and sound interleaved, each word just before the frame it begins in."""
        announcer, new = self._announcer, self._ids.new
        kind = announcer.name(Told.AUDIO_DELTA)
        # Hot: a frame of every 40 ms of speech comes through here.
        sent = 0
        for frame, piece in _words(speech, len(frames)):
            for each in frames[sent:frame]:
                announcer.add({"type": kind, "event_id": new("event"), **about, "delta": each})
            sent = frame
            announcer.say(Told.TRANSCRIPT_DELTA, **about, delta=piece)
        for each in frames[sent:]:
            announcer.add({"type": kind, "event_id": new("event"), **about, "delta": each})

    def _document(self, response: Response, status: str) -> dict[str, Any]:
        return {
            "object": "realtime.response",
            "id": response.response_id,
            "status": status,
            "status_details": None,
            "output": [each.document(self._dialect) for each in response.items],
            "conversation_id": None if response.aside else self._conversation_id,
            "metadata": response.metadata,
            "usage": None,
            **response_settings(response.configuration, self._dialect),
        }


def _pieces(text: str, length: int) -> Iterator[str]:
    return (text[at : at + length] for at in range(0, len(text), length))


def _words(speech: Speech, frames: int) -> Iterable[tuple[int, str]]:
    """The pieces of the text, each with the number of the frame it belongs before; together they are the whole text."""
    words = speech.words
    starts = [0, *(word.offset for word in words[1:])]
    ends = [*starts[1:], len(speech.text)]
    if not words:
        return [(0, speech.text)]
    total = max(1, -(-len(speech.pcm) // (2 * _FRAME_SAMPLES)))
    return [
        (min(frames, word.sample // _FRAME_SAMPLES * frames // total), speech.text[start:end])
        for word, start, end in zip(words, starts, ends, strict=True)
        if end > start
    ]
