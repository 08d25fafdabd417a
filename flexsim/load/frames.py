"""The JSON of the agent socket (its wire format): what agents send, encoded cheaply, and what they are sent, decoded.

Nine in ten frames are heartbeats. All of one but the time and three figures stays the same while the agent's state does,
so it is kept as a template and filled in: a third of what encoding it anew costs.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from flexsim.load.machine import Agent, CallEnded, Changed

HEARTBEAT: Final = "heartbeat"
REGISTER: Final = "register"
STATE_CHANGE: Final = "state_change"
CALL_COMPLETE: Final = "call_complete"
# Not in the wire format of old, and sent on connections only that others stay on: there the closing says nothing.
DEREGISTER: Final = "deregister"
FROM_AGENTS: Final = (REGISTER, HEARTBEAT, STATE_CHANGE, CALL_COMPLETE, DEREGISTER)

ACK: Final = "ack"
CALL_ASSIGN: Final = "call_assign"
FORCE_END_CALL: Final = "force_end_call"
FORCE_DISCONNECT: Final = "force_disconnect"
TO_AGENTS: Final = (ACK, CALL_ASSIGN, FORCE_END_CALL, FORCE_DISCONNECT)

_LONGEST_WORD: Final = 256  # characters
_LIVE: Final = {"loginTime": "%.1f", "occupancy": "%.2f", "adherence": "%.2f"}


def timestamp(seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_of(stamp: Any) -> float | None:
    """The moment that a frame says, in UTC seconds; None where it says none that can be read."""
    if not isinstance(stamp, str):
        return None
    try:
        moment = datetime.fromisoformat(stamp)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def heartbeat_template(agent: Agent, now: float) -> bytes:
    """The heartbeat of this agent as long as nothing happens to it; fill in ``heartbeat`` what does change."""
    fixed = agent.kpis(now)
    kpis = ",".join(f'"{name}":{_LIVE.get(name) or value}' for name, value in fixed.items())
    head = f'{{"type":"heartbeat","agentId":{_literal(agent.profile.agent_id)},"state":"{agent.state}","timestamp":"'
    return f'{head}%b","kpis":{{{kpis}}}}}'.encode()


def heartbeat(template: bytes, stamp: bytes, agent: Agent, now: float) -> bytes:
    """One heartbeat; ``stamp`` is the wall clock's time, ``now`` the agent's."""
    return template % (stamp, *agent.live_figures(now))


def register(agent: Agent, now: float) -> bytes:
    """The first frame on every connection."""
    profile = agent.profile
    return orjson.dumps(
        {
            "type": REGISTER,
            "agentId": profile.agent_id,
            "department": profile.department,
            "location": profile.location,
            "team": profile.team,
            "state": agent.state,
            "kpis": agent.kpis(now),
        }
    )


def state_change(agent: Agent, change: Changed, stamp: str, now: float) -> bytes:
    """The agent has moved to another state."""
    profile = agent.profile
    return orjson.dumps(
        {
            "type": STATE_CHANGE,
            "agentId": profile.agent_id,
            "previousState": change.previous,
            "newState": change.state,
            "timestamp": stamp,
            "stateDuration": round(change.duration, 3),
            "kpis": agent.kpis(now),
            "department": profile.department,
            "location": profile.location,
            "team": profile.team,
        }
    )


def call_complete(agent: Agent, ended: CallEnded, stamp: str) -> bytes:
    """The agent has ended a call."""
    return orjson.dumps(
        {
            "type": CALL_COMPLETE,
            "agentId": agent.profile.agent_id,
            "callId": ended.call_id,
            "talkTime": round(ended.talk, 3),
            "holdTime": round(ended.hold, 3),
            "timestamp": stamp,
        }
    )


def deregister(agent: Agent, stamp: str) -> bytes:
    """The agent leaves a connection that others stay on."""
    return orjson.dumps({"type": DEREGISTER, "agentId": agent.profile.agent_id, "timestamp": stamp})


def decoded(payload: bytes) -> dict[str, Any] | None:
    """The object in a frame; None where the frame is not JSON, or not an object with a ``type``."""
    try:
        found = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("type"), str) else None


def word(value: Any) -> str:
    """A name in a frame: a text, or a number as one. Empty where it is neither, or longer than any name."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    return text if len(text) <= _LONGEST_WORD else ""


def _literal(value: str) -> str:
    """A text as JSON, and safe in a ``%`` template."""
    return json.dumps(value).replace("%", "%%")
