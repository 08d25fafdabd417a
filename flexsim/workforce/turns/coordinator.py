"""Who speaks when, and who hears whom. Pure.

Roles of equal priority are a wave: they think at the same time and do not hear each other. Then comes a wave in which everybody
weighs what is on the table. Proposals are on the table for all; a text reaches those it is directed to, and all if to nobody.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from flexsim.workforce.minds.mind import Utterance
from flexsim.workforce.records import Message, Proposal, Role


def waves(roles: Sequence[Role]) -> list[tuple[Role, ...]]:
    """The roles by priority, 1 first; within a wave in the order given."""
    ordered = sorted(roles, key=lambda role: role.priority)
    return [tuple(group) for _, group in groupby(ordered, key=lambda role: role.priority)]


def heard_by(role: Role, said: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """What reached the role."""
    return tuple(each for each in said if not each.recipients or role.name in each.recipients)


def proposals_of(said: Iterable[Utterance]) -> list[Proposal]:
    """What is on the table, in the order in which it came; the same action by the same role once."""
    found: dict[tuple[str, str], Proposal] = {}
    for each in said:
        for proposal in each.proposals:
            found.setdefault((proposal.role, proposal.kind), proposal)
    return list(found.values())


def messages(turn: int, wave: int, said: Iterable[Utterance]) -> list[Message]:
    """The texts of a wave; silence is no message."""
    return [
        Message(turn=turn, wave=wave, sender=each.role, recipients=each.recipients, text=each.text)
        for each in said
        if each.text
    ]
