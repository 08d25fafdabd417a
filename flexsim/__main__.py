"""``python -m flexsim`` is ``flexsim``; where Ctrl-C and SIGTERM end that come while the program is still being read in."""

import importlib
import sys

from flexsim import signals


def main(program: str = "flexsim.cli.app") -> None:
    """The command ``flexsim``, or what it goes on as: this module's ``main``, whose exit code it ends with."""
    try:
        signals.begin()
        sys.exit(importlib.import_module(program).main())  # most of what there is to interrupt
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signals.end()


if __name__ == "__main__":
    main()
