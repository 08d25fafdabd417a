"""The parameters of a reservation's instruction, each checked as documented, whatever the instruction is.

TaskRouter would hand most of them on to the telephone, which is not emulated: they are checked, so that a mistake shows,
and have no other effect. Twilio: "Task Reservation resource"; ``<Dequeue>``'s timeout of at most 999 seconds is from
"Handling Assignment Callbacks". Free texts (``To``, ``From``, ``Region``, who records what) are taken as they are.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from flexsim.emulator.params import Parameters
from flexsim.errors import InvalidInput

Check: TypeAlias = Callable[[Parameters, str], object]

LONGEST_CALL: Final = 999  # seconds
_CALL_SID: Final = re.compile(r"CA[0-9a-fA-F]{32}", re.ASCII)
_CALL_EVENTS: Final = ("initiated", "ringing", "answered", "completed")
_CONFERENCE_EVENTS: Final = ("start", "end", "join", "leave", "mute", "hold", "speaker")


def _one_of(*choices: str) -> Check:
    return lambda form, name: form.choice(name, choices)


def _any_of(choices: tuple[str, ...]) -> Check:
    return lambda form, name: form.choices(name, choices)


def _whole(least: int, most: int) -> Check:
    return lambda form, name: form.integer(name, least, most)


def _call_sid(form: Parameters, name: str) -> None:
    sid = form.text(name)
    if sid and not _CALL_SID.fullmatch(sid):
        raise InvalidInput(f"{name} must be the SID of a call, CA and 32 hexadecimal digits: {sid[:40]}")


_seconds: Final = _whole(0, LONGEST_CALL)
_method: Final = _one_of("GET", "POST")
_text: Final[Check] = Parameters.text
_flag: Final[Check] = Parameters.boolean
_address: Final[Check] = Parameters.address

CHECKS: Final[Mapping[str, Check]] = {
    "DequeueTo": _text,
    "DequeueFrom": _text,
    "DequeueRecord": _text,
    "DequeueTimeout": _seconds,
    "DequeueStatusCallbackUrl": _address,
    "DequeueStatusCallbackEvent": _any_of(_CALL_EVENTS),
    "CallFrom": _text,
    "CallTo": _text,
    "CallRecord": _text,
    "CallTimeout": _seconds,
    "CallUrl": _address,
    "CallStatusCallbackUrl": _address,
    "CallAccept": _flag,
    "RedirectCallSid": _call_sid,
    "RedirectUrl": _address,
    "RedirectAccept": _flag,
    "To": _text,
    "From": _text,
    "Timeout": _seconds,
    "StatusCallback": _address,
    "StatusCallbackMethod": _method,
    "StatusCallbackEvent": _any_of(_CALL_EVENTS),
    "Record": _flag,
    "Muted": _flag,
    "Beep": _one_of("true", "false", "onEnter", "onExit"),
    "BeepOnCustomerEntrance": _flag,
    "StartConferenceOnEnter": _flag,
    "EndConferenceOnExit": _flag,
    "EndConferenceOnCustomerExit": _flag,
    "WaitUrl": _address,
    "WaitMethod": _method,
    "EarlyMedia": _flag,
    "MaxParticipants": _whole(2, 250),
    "ConferenceStatusCallback": _address,
    "ConferenceStatusCallbackMethod": _method,
    "ConferenceStatusCallbackEvent": _any_of(_CONFERENCE_EVENTS),
    "ConferenceRecord": _one_of("true", "false", "record-from-start", "do-not-record"),
    "ConferenceTrim": _one_of("trim-silence", "do-not-trim"),
    "RecordingChannels": _one_of("mono", "dual"),
    "RecordingStatusCallback": _address,
    "RecordingStatusCallbackMethod": _method,
    "ConferenceRecordingStatusCallback": _address,
    "ConferenceRecordingStatusCallbackMethod": _method,
    "Region": _text,
    "SipAuthUsername": _text,
    "SipAuthPassword": _text,
    "JitterBufferSize": _one_of("small", "medium", "large", "off"),
    "Supervisor": _text,
    "SupervisorMode": _one_of("monitor", "whisper", "barge"),
}

# Activities to move the worker to when the call ends; there is no call, but they must exist.
ACTIVITIES: Final = ("DequeuePostWorkActivitySid", "PostWorkActivitySid")

_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("CallFrom", "CallUrl"),
    "redirect": ("RedirectCallSid", "RedirectUrl"),
}


def check(form: Parameters, instruction: str | None) -> None:
    """Raises ``InvalidInput`` for a wrong value, or for one that the instruction cannot do without."""
    for name in form:
        if (right := CHECKS.get(name)) is not None:
            right(form, name)
    for name in _REQUIRED.get(instruction or "", ()):
        form.required(name)
