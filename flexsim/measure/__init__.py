"""Counting: events become log records and statistics; no I/O."""
