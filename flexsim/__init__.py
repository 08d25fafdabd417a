"""flexsim: a contact centre that does not exist."""
