"""A run's folder: manifest, event log and summary, written as it happens and read back later."""
