"""How many agents a centre needs, by formula: Erlang B, C and A, priorities, and from intervals to heads."""
