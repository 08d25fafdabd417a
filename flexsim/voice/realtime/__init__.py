"""Speaks the Realtime protocol, as the service and as its client."""
