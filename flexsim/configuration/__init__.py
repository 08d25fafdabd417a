"""Configuration: what a domain becomes before it is deployed (workers, queues, workflow), as records and as files."""
