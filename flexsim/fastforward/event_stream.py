"""What happens in a simulation as Twilio's Event Streams would have sent it: CloudEvents, one JSON object a line."""

from collections.abc import Callable

import orjson

from flexsim.fastforward.simulation import Listener, Simulation
from flexsim.measure.cloud_events import NOT_STREAMED, cloud_event
from flexsim.measure.event_payload import Whose
from flexsim.measure.past import Past
from flexsim.taskrouter.events import KIND, Event


def event_stream(simulation: Simulation, write: Callable[[list[str]], None]) -> Listener:
    """A listener for ``simulation``, which must be detailed and must not have been opened yet; ``write`` gets the lines."""
    engine = simulation.engine
    past, sid = Past(engine), engine.sids.sid
    owner = Whose(account_sid=sid("AC", 0), workspace_sid=sid("WS", 0), sid=sid)

    def hear(happened: list[Event]) -> None:
        if not happened:
            return
        moments = past.hear(engine.sequence - len(happened), happened)
        streamed = (moment for moment in moments if moment.event[KIND] not in NOT_STREAMED)
        write([orjson.dumps(cloud_event(moment, owner)).decode() + "\n" for moment in streamed])

    return hear
