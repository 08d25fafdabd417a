"""What a local TaskRouter need not be told, and what follows from it."""

from dataclasses import dataclass, field
from pathlib import Path

from flexsim.clock import real_seconds
from flexsim.emulator.dashboard_feed import Goal
from flexsim.emulator.event_history import DEFAULT_LIMIT
from flexsim.emulator.event_streams import BATCH, INTERVAL, LARGEST_BATCH, Sink, delivery
from flexsim.emulator.outbound import spoken
from flexsim.emulator.persistence import SNAPSHOT_EVERY
from flexsim.emulator.rate_limits import RateLimits
from flexsim.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a server need not be told.

    ``control_token`` lets other machines use the controls, and everybody only with it. ``rate_limits`` are those that
    Twilio documents; ``requests_per_second`` is one for all requests of an account. ``data`` is the file that everything
    is kept in; ``replay`` holds recorded inputs, as ``GET /_flexsim/inputs`` gives them, which are done again at first;
    ``snapshot_every`` so many inputs the data file gets a snapshot.
    ``history`` is how many events each workspace remembers; ``event_sink`` is the address that all events are streamed
    to, in posts of at most ``event_batch``, which wait ``event_interval`` real seconds for each other. Statistics of
    workers are refused in a workspace with more than ``worker_statistics_limit``, if that is given; Twilio's is 100
    (twilio.com/docs/taskrouter/limits).
    ``goal`` is the service level that the dashboard measures; with ``allow_control`` one can act on it, not only look.
    """

    control_token: str | None = field(default=None, repr=False)
    rate_limits: bool = False
    requests_per_second: int | None = None
    data: str | Path | None = None
    replay: str | Path | None = None
    snapshot_every: int = SNAPSHOT_EVERY
    history: int = DEFAULT_LIMIT
    event_sink: str | None = None
    event_batch: int = BATCH
    event_interval: float = INTERVAL
    worker_statistics_limit: int | None = None
    goal: Goal = field(default_factory=Goal)
    allow_control: bool = False

    def sink(self) -> Sink | None:
        """Where the event stream goes, if anywhere; raises ``ConfigurationError``."""
        if self.event_sink is None:
            return None
        if not self.event_sink.startswith(("http://", "https://")):
            raise ConfigurationError(f"the event sink must be an http or https address: {spoken(self.event_sink)}")
        if not 1 <= self.event_batch <= LARGEST_BATCH:
            raise ConfigurationError(f"an event batch has from 1 to {LARGEST_BATCH} events: {self.event_batch}")
        return Sink(url=self.event_sink, delivery=delivery(batch=self.event_batch, interval=self.event_interval))

    def limits(self) -> RateLimits | None:
        """The limits, if any."""
        if not self.rate_limits and self.requests_per_second is None:
            return None
        return RateLimits(real_seconds, documented=self.rate_limits, requests_per_second=self.requests_per_second)
