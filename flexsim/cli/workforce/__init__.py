"""The commands of the group workforce: a company of agents that works through a scenario."""
