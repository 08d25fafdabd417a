"""What would have been: a session forked at a turn, its branches run with the same luck, and the difference told from chance."""
