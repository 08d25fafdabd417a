"""Every error flexsim raises on purpose.

::

    FlexsimError                    a fault that we can name; exit 4
    ├── CheckFailed                 a check or a threshold did not hold; exit 1
    ├── ConfigurationError          a file, flag or setting is wrong; exit 2
    │   ├── DomainError             a domain description is wrong; holds every problem found
    │   ├── ExpressionError         a TaskRouter expression does not parse; holds the position
    │   ├── ThresholdError          a threshold does not parse; holds the position
    │   ├── TracesError             traces that cannot be read; holds the HTTP status that tells their sender
    │   ├── UnknownSession          the workforce's store knows no such session
    │   └── ReplayMiss              a recording has no answer to what was asked; names the nearest
    ├── Conflict                    what was asked for does not fit what is going on; exit 3
    ├── ProtocolError               an event of a voice session is refused and has changed nothing; holds code and parameter
    ├── RecorderFailed              a recording cannot be written any more; what was written stands; exit 3
    ├── TargetError                 the TaskRouter could not be used; exit 3
    │   ├── TargetUnreachable       nobody answered, or the answer was lost
    │   │   └── StoreUnreachable    the workforce's database could not be used
    │   ├── TargetRefused           it answered, and said no; holds status and code
    │   └── AnswerRefused           a language model answered, twice, what cannot be used
    └── RoutingError                an input or request is rejected and has changed nothing; holds status and code
        ├── InvalidInput            400 / 20001
        ├── AbsolutePaging          400 / 40153
        ├── NotAuthenticated        401 / 20003
        ├── Forbidden               403 / 20403
        ├── UnknownResource         404 / 20404
        ├── MethodNotAllowed        405 / 20004
        ├── ReservationRescinded    410 / 20410
        ├── VersionMismatch         412 / 20412
        ├── TooLarge                413 / 20413
        └── TooManyRequests         429 / 20429

A message is lower case, has no full stop, names the value that was wrong and, where there is something to do, says
what. It never holds a secret. Only ``flexsim.cli`` turns errors into text and exit codes.
"""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

_LINE_BREAK: Final = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_LONGEST_SHOWN: Final = 400  # characters before and after the one that is wrong


class FlexsimError(Exception):
    """The root: catch this to catch all that flexsim raises on purpose."""

    exit_code: ClassVar[int] = 4


class CheckFailed(FlexsimError):  # noqa: N818 -- it reads as what happened
    """A check or a threshold that the user asked for did not hold."""

    exit_code = 1


class ConfigurationError(FlexsimError):
    """A file, a flag or a setting is wrong, and nothing was done."""

    exit_code = 2


class DomainError(ConfigurationError):
    """A domain description is wrong; ``problems`` holds one line for each fault found."""

    def __init__(self, where: str, problems: Sequence[str]) -> None:
        self.where = where
        self.problems = tuple(problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{where} is not a valid domain description:{lines}")


class ExpressionError(ConfigurationError):
    """A TaskRouter expression does not parse; ``position`` counts characters from 0."""

    def __init__(self, message: str, *, expression: str, position: int) -> None:
        self.expression = expression
        self.position = position
        super().__init__(f"{message} at character {position + 1} of: {_around(expression, position)}")


class ThresholdError(ConfigurationError):
    """A threshold does not parse; ``position`` counts characters from 0."""

    def __init__(self, message: str, *, threshold: str, position: int) -> None:
        self.threshold = threshold
        self.position = position
        super().__init__(f"{message} at character {position + 1} of: {_around(threshold, position)}")


def _around(text: str, position: int) -> str:
    """The text in one line, so that each character stays where it is counted; of a long one what is about the position."""
    begin, end = max(0, position - _LONGEST_SHOWN), position + _LONGEST_SHOWN
    shown = _LINE_BREAK.sub(" ", text[begin:end])
    return f"{'…' if begin else ''}{shown}{'…' if end < len(text) else ''}"


class TracesError(ConfigurationError):
    """Traces cannot be read, in a file or in a request; ``status`` is OTLP's answer over HTTP: 400, 413 or 415."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        self.status = status
        super().__init__(message)


class UnknownSession(ConfigurationError):  # noqa: N818 -- it reads as what happened
    """There is no session of this id in the workforce's store."""


class ReplayMiss(ConfigurationError):  # noqa: N818 -- it reads as what happened
    """A recording of a language model holds no answer to a request."""


class Conflict(FlexsimError):  # noqa: N818 -- it reads as what happened
    """What was asked for does not fit what is going on, and nothing was done: starting what runs, say."""

    exit_code = 3


class ProtocolError(FlexsimError):
    """An event of a voice session is refused and has changed nothing; ``kind``, ``code`` and ``parameter`` as the service gives them."""

    def __init__(
        self, message: str, *, code: str, parameter: str | None = None, kind: str = "invalid_request_error"
    ) -> None:
        self.code = code
        self.parameter = parameter
        self.kind = kind
        super().__init__(message)


class RecorderFailed(FlexsimError):  # noqa: N818 -- it reads as what happened
    """A recording cannot be written any more, as where a disk is full; what was written stands."""

    exit_code = 3


class TargetError(FlexsimError):
    """The TaskRouter that the user named could not be used."""

    exit_code = 3


class TargetUnreachable(TargetError):  # noqa: N818 -- it reads as what happened
    """Nobody answered at the address, or the answer was lost."""


class StoreUnreachable(TargetUnreachable):
    """The workforce's database does not answer, refuses us, or is busy for too long."""


class TargetRefused(TargetError):  # noqa: N818 -- it reads as what happened
    """The TaskRouter answered and said no."""

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        self.status = status
        self.code = code
        super().__init__(message)


class AnswerRefused(TargetError):  # noqa: N818 -- it reads as what happened
    """A language model's answer is not what was asked for, and neither was its second one."""


class RoutingError(FlexsimError):
    """The engine or the server before it rejects an input and has changed nothing; ``status``, ``code`` are Twilio's."""

    status: ClassVar[int] = 400
    code: ClassVar[int] = 20001


class InvalidInput(RoutingError):  # noqa: N818 -- it reads as what happened
    """A parameter is wrong, or the state does not allow the change."""


class AbsolutePaging(RoutingError):  # noqa: N818 -- it reads as what happened
    """A page was asked for by its number alone, without the token that leads to it."""

    code = 40153


class NotAuthenticated(RoutingError):  # noqa: N818 -- it reads as what happened
    """No credentials, or wrong ones."""

    status = 401
    code = 20003


class Forbidden(RoutingError):  # noqa: N818 -- it reads as what happened
    """Not from there, or not without the control token."""

    status = 403
    code = 20403


class UnknownResource(RoutingError):  # noqa: N818 -- it reads as what happened
    """No such thing, or no longer."""

    status = 404
    code = 20404


class MethodNotAllowed(RoutingError):  # noqa: N818 -- it reads as what happened
    """The address exists, and does not do that; ``allowed`` are the methods that it has."""

    status = 405
    code = 20004

    def __init__(self, message: str, *, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(message)


class ReservationRescinded(RoutingError):  # noqa: N818 -- it reads as what happened
    """Another worker of the same round accepted first."""

    status = 410
    code = 20410


class VersionMismatch(RoutingError):  # noqa: N818 -- it reads as what happened
    """``If-Match`` named a version that is not the present one."""

    status = 412
    code = 20412


class TooLarge(RoutingError):  # noqa: N818 -- it reads as what happened
    """The request's body is longer than is read."""

    status = 413
    code = 20413


class TooManyRequests(RoutingError):  # noqa: N818 -- it reads as what happened
    """A rate limit is reached and nothing was processed; ``retry_after`` in whole real seconds."""

    status = 429
    code = 20429

    def __init__(self, message: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)
