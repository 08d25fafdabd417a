"""The commands ``flexsim converse ...``, a module for each."""
