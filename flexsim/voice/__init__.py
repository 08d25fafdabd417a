"""Voice conversations: Realtime sessions, a local engine that speaks and hears, the bridge that joins two, scores."""
