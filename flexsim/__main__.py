"""``python -m flexsim`` is ``flexsim``."""

from flexsim.cli.app import main

if __name__ == "__main__":
    main()
