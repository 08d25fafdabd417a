"""Deployment: a configuration becomes resources of a TaskRouter, as a difference; and is cleaned up again."""
