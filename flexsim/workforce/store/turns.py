"""Turns in the database: written in one transaction that first moves the session on, and read back as they were."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from flexsim.errors import Conflict, UnknownSession
from flexsim.workforce.records import Decision, Message, Proposal, Turn, Usage
from flexsim.workforce.store import documents, memories
from flexsim.workforce.store.tables import AgentRow, DecisionRow, MessageRow, SessionRow, TurnRow


def write(connection: Connection, session_id: str, turn: Turn, now: float, key: str | None = None) -> None:
    """Write the turn after the session's last one, with all that belongs to it.

    Raises UnknownSession; and Conflict where that is not the turn that comes next, because somebody was quicker. The
    caller's transaction must not be committed then.
    """
    _move_on(connection, session_id, turn.number, now)
    usage = turn.usage
    connection.execute(
        insert(TurnRow).values(
            session_id=session_id, number=turn.number, state=documents.document(turn.state), summary=turn.summary,
            calls=usage.calls, input_tokens=usage.input_tokens, output_tokens=usage.output_tokens,
            dollars=usage.dollars, created=now, idempotency_key=key,
        )
    )  # fmt: skip
    for table, rows in (
        (MessageRow, [_message_row(session_id, turn, place, each) for place, each in enumerate(turn.messages)]),
        (DecisionRow, [_decision_row(session_id, turn, place, each) for place, each in enumerate(turn.decisions)]),
    ):
        if rows:
            connection.execute(insert(table), rows)
    memories.write(connection, session_id, turn)
    _tally(connection, session_id, turn)


def asked_as(connection: Connection, session_id: str, key: str) -> int | None:
    """The number of the turn that was asked for under this idempotency key; None if none was."""
    wanted = select(TurnRow.number).where(TurnRow.session_id == session_id, TurnRow.idempotency_key == key)
    return connection.execute(wanted).scalar_one_or_none()


def read(connection: Connection, session_id: str, *, after: int, limit: int) -> list[Turn]:
    """The ``limit`` turns that follow turn ``after``, in order, each whole."""
    numbered = (TurnRow.session_id == session_id, TurnRow.number > after, TurnRow.number <= after + limit)
    rows = connection.execute(select(TurnRow.__table__).where(*numbered).order_by(TurnRow.number)).all()
    if not rows:
        return []
    span = (rows[0].number, rows[-1].number)
    said, decided = _parts(connection, MessageRow, session_id, span), _parts(connection, DecisionRow, session_id, span)
    remembered = memories.noted(connection, session_id, *span)
    return [
        Turn(
            number=row.number,
            messages=tuple(_message(each) for each in said[row.number]),
            decisions=tuple(_decision(each) for each in decided[row.number]),
            state=documents.state(row.state),
            summary=row.summary,
            memories=tuple(remembered[row.number]),
            usage=_usage(row),
        )
        for row in rows
    ]


def _move_on(connection: Connection, session_id: str, number: int, now: float) -> None:
    # The first statement of the transaction takes the lock, on the row or in SQLite on the file: whoever comes second waits
    # here and then finds the number moved on.
    moved = connection.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.turns == number - 1)
        .values(turns=number, updated=now)
    )
    if moved.rowcount == 1:
        return
    found = connection.execute(select(SessionRow.turns).where(SessionRow.id == session_id)).scalar_one_or_none()
    if found is None:
        raise UnknownSession(f"no such session: {session_id}")
    raise Conflict(
        f"session {session_id} is at turn {found}, so that turn {number} cannot come next: somebody was quicker"
    )


def _tally(connection: Connection, session_id: str, turn: Turn) -> None:
    said = Counter(each.sender for each in turn.messages)
    proposed = Counter(each.proposal.role for each in turn.decisions)
    accepted = Counter(each.proposal.role for each in turn.decisions if each.accepted)
    for role in sorted(said | proposed):
        connection.execute(
            update(AgentRow)
            .where(AgentRow.session_id == session_id, AgentRow.role == role)
            .values(
                messages=AgentRow.messages + said[role],
                proposals=AgentRow.proposals + proposed[role],
                accepted=AgentRow.accepted + accepted[role],
            )
        )


def _parts(connection: Connection, table: Any, session_id: str, span: tuple[int, int]) -> dict[int, list[Any]]:
    wanted = (table.session_id == session_id, table.turn.between(*span))
    found = defaultdict(list)
    for each in connection.execute(select(table.__table__).where(*wanted).order_by(table.turn, table.place)):
        found[each.turn].append(each)
    return found


def _message_row(session_id: str, turn: Turn, place: int, message: Message) -> dict[str, Any]:
    return {
        "session_id": session_id, "turn": turn.number, "place": place, "wave": message.wave, "sender": message.sender,
        "recipients": list(message.recipients), "text": message.text,
    }  # fmt: skip


def _decision_row(session_id: str, turn: Turn, place: int, decision: Decision) -> dict[str, Any]:
    asked = decision.proposal
    return {
        "session_id": session_id, "turn": turn.number, "place": place, "role": asked.role, "kind": asked.kind,
        "amount": asked.amount, "proposal_reason": asked.reason, "accepted": decision.accepted,
        "decided_by": decision.decided_by, "reason": decision.reason,
    }  # fmt: skip


def _message(row: Any) -> Message:
    return Message(turn=row.turn, wave=row.wave, sender=row.sender, recipients=tuple(row.recipients), text=row.text)


def _decision(row: Any) -> Decision:
    asked = Proposal(role=row.role, kind=row.kind, amount=row.amount, reason=row.proposal_reason)
    return Decision(turn=row.turn, proposal=asked, accepted=row.accepted, decided_by=row.decided_by, reason=row.reason)


def _usage(row: Any) -> Usage:
    return Usage(calls=row.calls, input_tokens=row.input_tokens, output_tokens=row.output_tokens, dollars=row.dollars)
