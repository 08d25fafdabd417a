"""Those who act: what an agent and a customer do next, as actions with a delay; no I/O."""
