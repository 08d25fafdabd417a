"""Joins two sessions into one conversation, on an audio clock, and records it."""
