"""What every process of the command line does at its beginning and its end: log to stderr, and turn errors into exit codes."""

import contextlib
import errno
import logging
import os
import select
import sys
import traceback
from typing import Final

from flexsim.cli import output
from flexsim.errors import ConfigurationError, FlexsimError

_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # of the disk, of one's share of it, of a file


def log_to_stderr(level: int | str) -> None:
    """Log flexsim's own records; other libraries' only where they are warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("flexsim")
    logger.handlers = [handler]
    logger.setLevel(level)


def ending(error: BaseException, *, debug: bool) -> int:
    """Say what there is to say of an error that nobody has dealt with, all of it with ``debug``; the exit code."""
    if _is_interruption(error):
        return _INTERRUPTED
    if isinstance(error, BrokenPipeError) and (isinstance(error, output.ReaderGoneError) or _stdout_is_closed()):
        _silence_stdout()
        return _PIPE_CLOSED
    if isinstance(error, OSError) and error.errno in _FULL:
        _silence_stdout()  # what could not be written stays in a buffer, and would be tried once more
        output.say(f"flexsim: cannot write: {str(error.strerror).lower()}; make room, and run it again")
        return ConfigurationError.exit_code
    if isinstance(error, FlexsimError):
        output.say(f"flexsim: {error}")
        if debug:
            traceback.print_exception(error)
        return error.exit_code
    if debug:
        traceback.print_exception(error)
    detail = f"{type(error).__name__}: {error}".splitlines()[0]
    output.say(f"flexsim: this is a fault of flexsim, not yours: {detail} (flexsim --log-level debug ... shows where)")
    return FlexsimError.exit_code


def _is_interruption(error: BaseException | None) -> bool:
    """Whether it is one or came of one: 3.11 makes a RuntimeError of an interrupted class statement, and so may what is put away."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return False


def _stdout_is_closed() -> bool:
    """Whether nobody reads our output any more. A write that failed may have emptied the buffer: flushing tells little."""
    try:
        sys.stdout.flush()
        poll = select.poll()
        poll.register(sys.stdout, 0)  # asked for nothing, it tells of errors only
    except BrokenPipeError:
        return True
    except (AttributeError, OSError, ValueError):  # Windows has no poll; a stream of the test runner's has no number
        return False
    return any(state & select.POLLERR for _, state in poll.poll(0))


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):  # a stream of the test runner's has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
