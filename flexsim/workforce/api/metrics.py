"""Counts of what was asked and done, in Prometheus's exposition format."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counts of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        names = ["method", "route", "status"]
        self.requests = Counter("flexsim_workforce_requests", "Requests answered.", names, registry=self._registry)
        self.seconds = Histogram(
            "flexsim_workforce_request_seconds", "From a request's arrival to the end of its answer.", ["route"],
            buckets=_REQUEST_SECONDS, registry=self._registry,
        )  # fmt: skip
        self.limited = Counter(
            "flexsim_workforce_requests_limited", "Requests refused by the rate limit.", registry=self._registry
        )
        self.sessions = Counter("flexsim_workforce_sessions_started", "Sessions begun.", registry=self._registry)
        self.turns = Counter("flexsim_workforce_turns", "Turns taken.", registry=self._registry)
        self.tokens = Counter("flexsim_workforce_tokens", "Tokens of models.", ["direction"], registry=self._registry)
        self.dollars = Counter("flexsim_workforce_dollars", "What models cost.", registry=self._registry)
        self.busy = Gauge(
            "flexsim_workforce_sessions_busy", "Sessions in the middle of a turn.", registry=self._registry
        )
        self.listeners = Gauge("flexsim_workforce_listeners", "Who listens to turns.", registry=self._registry)

    def exposition(self) -> bytes:
        """All counts as text."""
        return generate_latest(self._registry)
