"""The whole centre in one process: local TaskRouter, deployment, agents, customers, live view."""
