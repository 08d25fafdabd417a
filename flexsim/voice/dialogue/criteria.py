"""Sentences that a goal may use as they are, and what each of them means of the end state. Pure."""

from collections.abc import Mapping
from typing import Final

from flexsim.voice.dialogue.personas import Criterion

# The first eight are those that callers' goals have been written with from the start.
KNOWN: Final[Mapping[str, str]] = {
    "card replacement confirmed": "done.replace_card >= 1",
    "delivery address confirmed": "done.replace_card >= 1",  # it is read back before the card is sent
    "security concerns addressed": "done.replace_card >= 1",  # the old card is blocked
    "balance told": "done.get_balance >= 1",
    "transfer completed": "done.transfer_funds >= 1",
    "claim filed": "done.file_claim >= 1",
    "claim status told": "done.get_claim >= 1",
    "identity verified": "verified == true",
    "unable to verify identity": "locked == true",
    "transferred to human": "call.end_reason == 'handed_off'",
    "call terminated": "call.end_reason IN ['caller_hung_up', 'agent_hung_up', 'timeout', 'caller_lost', 'agent_lost']",
    "call completed": "call.end_reason == 'completed'",
}


def known(sentence: str) -> Criterion | None:
    """The criterion that this sentence is, letter case aside; None where nobody knows what it means."""
    check = KNOWN.get(sentence.strip().lower())
    return None if check is None else Criterion(says=sentence.strip(), check=check)
