"""Decides whether the events of a run can have happened: the laws, and the reader of a log that applies them."""
