"""The commands of `flexsim load`, one module each."""
