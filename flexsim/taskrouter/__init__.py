"""The TaskRouter engine: decides which worker is offered which task, and what may happen to both; no I/O."""
