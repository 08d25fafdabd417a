"""The functions that callers and agents may call, as their sessions are told of them. Pure.

A mind asks for what a function requires, reads back what changes something where the description says so, and calls it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.voice.ports import Tool

HANG_UP: Final = "hang_up"
VERIFY: Final = "verify_identity"
HUMAN: Final = "transfer_to_human"
READ_BACK: Final = "Read it back to the caller and get a yes before you call this."

# Why somebody hangs up, and how a conversation that ends so is said to have ended.
FINISHED: Final = "finished"
GAVE_UP: Final = "gave_up"
OUT_OF_TURNS: Final = "out_of_turns"
NOBODY_THERE: Final = "nobody_there"
REFUSED: Final = "refused"

_CALLERS_REASONS: Final = (FINISHED, GAVE_UP, OUT_OF_TURNS, NOBODY_THERE)
_AGENTS_REASONS: Final = (FINISHED, REFUSED, NOBODY_THERE)


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _tool(name: str, description: str, /, **properties: Mapping[str, Any]) -> Tool:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return Tool(name=name, description=description, parameters=parameters)


def _hang_up(reasons: Sequence[str]) -> Tool:
    return _tool(
        HANG_UP,
        "End the call. Say goodbye first.",
        reason={"type": "string", "enum": list(reasons), "description": "Why the call ends."},
    )


_DATE: Final = {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_ACCOUNT: Final = {"enum": ["checking", "savings"]}
_HUMAN: Final = _tool(
    HUMAN,
    "Connect the caller to a human colleague. The call ends for you.",
    reason=_text("Why a human is needed, in a few words."),
)
_NAME: Final = _text("The caller's full name.", minLength=1)
_BORN: Final = _text("The caller's date of birth, as YYYY-MM-DD.", **_DATE)

_BANKING: Final = (
    _tool(
        VERIFY,
        "Verify who is calling. Do this before any other function; gives the caller's cards, accounts and address.",
        name=_NAME,
        date_of_birth=_BORN,
        card_last_four=_text("The last four digits of one of the caller's cards.", pattern="^[0-9]{4}$"),
    ),
    _tool(
        "replace_card",
        f"Block a card and send a new one to the address on file. {READ_BACK}",
        card=_text("Which card.", enum=["gold", "silver", "debit"]),
        reason=_text("Why.", enum=["lost", "stolen", "damaged"]),
    ),
    _tool("get_balance", "The balance of an account.", account=_text("Which account.", **_ACCOUNT)),
    _tool(
        "transfer_funds",
        f"Move money between the caller's accounts. {READ_BACK}",
        amount={"type": "number", "exclusiveMinimum": 0, "description": "How much, in dollars."},
        from_account=_text("The account to take it from.", **_ACCOUNT),
        to_account=_text("The account to put it into.", **_ACCOUNT),
    ),
    _tool("list_transactions", "The last transactions of an account.", account=_text("Which account.", **_ACCOUNT)),
    _HUMAN,
    _hang_up(_AGENTS_REASONS),
)
_INSURANCE: Final = (
    _tool(
        VERIFY,
        "Verify who is calling. Do this before any other function; gives the caller's policies and claims.",
        name=_NAME,
        date_of_birth=_BORN,
        policy_number=_text("The policy number, eight digits.", pattern="^[0-9]{8}$"),
    ),
    _tool(
        "file_claim",
        f"Register a new claim. {READ_BACK}",
        kind=_text("Under which policy.", enum=["car", "home", "travel"]),
        date=_text("The day it happened, as YYYY-MM-DD.", **_DATE),
        description=_text("What happened, in the caller's words.", minLength=1),
        injured={"type": "boolean", "description": "Whether anybody was injured."},
    ),
    _tool(
        "get_claim",
        "How a claim stands.",
        claim_number=_text("The claim number, six digits.", pattern="^[0-9]{6}$"),
    ),
    _HUMAN,
    _hang_up(_AGENTS_REASONS),
)
DOMAINS: Final[Mapping[str, tuple[Tool, ...]]] = {"banking": _BANKING, "insurance": _INSURANCE}

_CALLERS: Final = (_hang_up(_CALLERS_REASONS),)


def for_agent(domain: str) -> tuple[Tool, ...]:
    """The functions of an agent of this domain."""
    return DOMAINS[domain]


def for_caller() -> tuple[Tool, ...]:
    """The functions of any caller: it can hang up."""
    return _CALLERS


def as_functions(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """The same as the Realtime protocol's ``session.tools`` want them."""
    return [
        {"type": "function", "name": each.name, "description": each.description, "parameters": dict(each.parameters)}
        for each in tools
    ]


def ending(side: str, name: str, arguments: Mapping[str, Any]) -> str | None:
    """How the conversation ends by this call of ``side`` (``caller``, ``agent``), once it is answered; None where it goes on."""
    if name == HUMAN:
        return "handed_off"
    if name != HANG_UP:
        return None
    reason = arguments.get("reason")
    if reason == FINISHED:
        return "completed"
    if reason == OUT_OF_TURNS:
        return "max_turns"
    return f"{side}_hung_up"
