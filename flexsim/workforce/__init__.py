"""A company of role-playing agents: how they think, what they decide and remember, and what would have been."""
