"""Who speaks and about what: callers and agents, their goals and functions, the minds behind them, and who judges the end."""
