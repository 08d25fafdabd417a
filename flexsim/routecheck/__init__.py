"""Routing checks: what a configuration would do to a task, told before any task comes."""
