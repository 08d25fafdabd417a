"""Decides how thousands of agents on sockets of their own behave, what is counted of them, and what they are aimed at."""
