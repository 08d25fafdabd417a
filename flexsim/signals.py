"""What Ctrl-C and SIGTERM do to a program: the first of them is a KeyboardInterrupt, a second one its end there and then.

The first lets whoever is at work put everything away. The second does not wait for that, and raises nothing: an exception
anywhere in what is being put away leaves locks that nobody releases, and callbacks that never come.
"""

import contextlib
import os
import signal
import sys
from typing import Any, Final

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR: Final = b"\x1b[?25h"  # a live picture hides it


def begin() -> None:
    """From now on it is so; what is ignored stays ignored."""
    for each in STOPPING:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _interrupt)


def end() -> None:
    """From now on the system ends the program, without a word: what is left is the interpreter's, which would say where it was."""
    for each in STOPPING:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, signal.SIG_DFL)


def end_at_once(number: int, _: Any) -> None:
    """A second one has come."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(OSError, ValueError):  # closed, or without a number
            if stream is not None and stream.isatty():
                os.write(stream.fileno(), _SHOW_CURSOR)
    os._exit(128 + number)


def _interrupt(_number: int, _: Any) -> None:
    for each in STOPPING:
        if signal.getsignal(each) is _interrupt:
            signal.signal(each, end_at_once)
    raise KeyboardInterrupt
