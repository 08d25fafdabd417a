"""What agents and customers do next, as actions with a delay; no I/O (ring 4)."""
