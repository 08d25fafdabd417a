"""What a client does to the conversation itself: puts items in, asks for them, cuts them, takes them out."""

from collections.abc import Mapping
from typing import Any

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Heard, ToolResult, Written
from flexsim.voice.realtime import checking
from flexsim.voice.realtime.announcing import Announcer
from flexsim.voice.realtime.conversation import Conversation
from flexsim.voice.realtime.floor import Floor
from flexsim.voice.realtime.items import Item, Sound, read_item
from flexsim.voice.realtime.listening import Hearing
from flexsim.voice.realtime.names import Told
from flexsim.voice.realtime.thinking import News
from flexsim.voice.realtime.turns import Turns
from flexsim.voice.realtime.usage import of_text
from flexsim.voice.sound.words import heard_until


class Histories:
    """The handlers of ``conversation.item.*``; each raises ProtocolError before anything has changed."""

    __slots__ = ("_announcer", "_conversation", "_floor", "_turns", "text_tokens")

    def __init__(self, announcer: Announcer, conversation: Conversation, floor: Floor, turns: Turns) -> None:
        self._announcer = announcer
        self._conversation = conversation
        self._floor = floor
        self._turns = turns
        self.text_tokens = 0

    def create(self, event: Mapping[str, Any], now: float) -> None:
        """Put an item in; what it says is news to the mind."""
        after = event.get("previous_item_id")
        after = None if after is None else checking.text(after, "previous_item_id", 64)
        item, sounds = read_item(event["item"], self._announcer.ids.new("item"))
        news = self._news(item, "item", spoken=False)  # what is spoken is listened to first
        hearings = [self._hearing(item, each) for each in sounds]
        before = self._conversation.add(item, after)
        document = item.document(self._announcer.dialect)
        self._announcer.say(Told.ITEM_ADDED, previous_item_id=before, item=document)
        self._announcer.say(Told.ITEM_DONE, previous_item_id=before, item=document)
        if item.kind == "function_call":
            self._floor.names[item.call_id] = item.name
        for each in news:
            self._floor.thinking.tell(item.item_id, each)
        self.text_tokens += sum(of_text(part.text or "") for part in item.parts) + of_text(item.output)
        for hearing in hearings:
            self._turns.hear(now, hearing)

    def retrieve(self, event: Mapping[str, Any], _now: float) -> None:
        """Show an item."""
        item = self._conversation.found(self._named(event), "retrieve")
        self._announcer.say(Told.ITEM_RETRIEVED, item=item.document(self._announcer.dialect))

    def delete(self, event: Mapping[str, Any], _now: float) -> None:
        """Take an item out; if the mind was not told of it, it never will be."""
        item = self._conversation.remove(self._named(event))
        self._floor.thinking.forget(item.item_id)
        self._announcer.say(Told.ITEM_DELETED, item_id=item.item_id)

    def truncate(self, event: Mapping[str, Any], now: float) -> None:
        """Only so much of an answer was played: the rest was never said."""
        item = self._conversation.found(self._named(event), "truncate")
        index = checking.whole(event["content_index"], "content_index", 0, 1 << 31)
        end_ms = checking.whole(event["audio_end_ms"], "audio_end_ms", 0, 1 << 31)
        if item.role != "assistant" or index >= len(item.parts) or not item.parts[index].is_sound:
            raise ProtocolError(
                "Only an assistant's audio content can be truncated.", code="invalid_value", parameter="content_index"
            )
        part = item.parts[index]
        if end_ms > part.length_ms:
            raise ProtocolError(
                f"Audio content of {part.length_ms}ms is already shorter than {end_ms}ms",
                code="invalid_value",
                parameter="audio_end_ms",
            )
        playback = self._floor.playback
        if playback.item_id == item.item_id and playback.speech is not None:
            part.text = heard_until(playback.speech, end_ms)
        part.length_ms = end_ms
        self._announcer.say(Told.ITEM_TRUNCATED, item_id=item.item_id, content_index=index, audio_end_ms=end_ms)
        self._floor.truncated(now, item.item_id, end_ms)

    def news_of(self, document: Any, parameter: str) -> list[News]:
        """What an item of a response's input says; a reference stands for the item it names."""
        found = checking.mapping(document, parameter)
        if found.get("type") != "item_reference":
            item, _ = read_item(found, "item_of_input", parameter)
            return self._news(item, parameter)
        item_id = checking.text(found.get("id"), f"{parameter}.id", 64)
        return self._news(self._conversation.found(item_id, "reference"), parameter)

    def _news(self, item: Item, parameter: str, *, spoken: bool = True) -> list[News]:
        if item.kind == "function_call_output":
            name = self._floor.names.get(item.call_id)
            if name is None:
                raise ProtocolError(
                    f"No tool call found for function call output with call_id {item.call_id[:64]}.",
                    code="invalid_value",
                    parameter=f"{parameter}.call_id",
                )
            return [ToolResult(name=name, output=item.output)]
        if item.role != "user":
            return []
        return [
            Heard(text=part.text) if part.is_sound else Written(text=part.text)
            for part in item.parts
            if part.text is not None and (spoken or not part.is_sound)
        ]

    def _hearing(self, item: Item, sound: Sound) -> Hearing:
        try:
            listen, sound.part.length_ms = self._turns.ears.hearing_of(sound.audio)
        except ValueError as error:
            raise ProtocolError(
                "Invalid audio content: not base64.", code="invalid_value", parameter="item.content"
            ) from error
        return Hearing(listen, item.item_id, sound.part)

    @staticmethod
    def _named(event: Mapping[str, Any]) -> str:
        return checking.text(event["item_id"], "item_id", 1_000)
