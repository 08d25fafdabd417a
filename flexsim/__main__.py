"""``python -m flexsim`` is ``flexsim``; where a Ctrl-C that comes while the command line is still being read in ends."""

import sys


def main() -> None:
    """The command ``flexsim``."""
    try:
        from flexsim.cli.app import main as command_line  # noqa: PLC0415 -- most of what there is to interrupt

        command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
