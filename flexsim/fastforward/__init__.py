"""A contact centre in virtual time: the engine, agents and customers on one list of what is due; replications of it (ring 5)."""
