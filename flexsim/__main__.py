"""``python -m flexsim`` is ``flexsim``; where Ctrl-C and SIGTERM end that come while the program is still being read in."""

import importlib
import signal
import sys


def main(program: str = "flexsim.cli.app") -> None:
    """The command ``flexsim``, or what it goes on as: this module's ``main``, whose exit code it ends with."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that whoever is at work puts everything away
    try:
        sys.exit(importlib.import_module(program).main())  # most of what there is to interrupt
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)  # what is left is the interpreter's, which would say where it was


if __name__ == "__main__":
    main()
