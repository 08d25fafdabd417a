"""Questions to sessions and their answers, in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from flexsim.workforce.store.tables import WhatIfRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What was asked and answered, both as JSON documents, and when (UTC seconds)."""

    id: str
    session_id: str
    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    created: float


def add(connection: Connection, what_if: WhatIf) -> None:
    """Keep an answer; the session must be there."""
    connection.execute(
        insert(WhatIfRow).values(
            id=what_if.id, session_id=what_if.session_id, question=dict(what_if.question),
            answer=dict(what_if.answer), created=what_if.created,
        )
    )  # fmt: skip


def of_session(connection: Connection, session_id: str, *, limit: int) -> list[WhatIf]:
    """The latest answers about a session, the latest first."""
    rows = connection.execute(
        select(WhatIfRow.__table__)
        .where(WhatIfRow.session_id == session_id)
        .order_by(WhatIfRow.created.desc(), WhatIfRow.id)
        .limit(limit)
    )
    return [
        WhatIf(id=each.id, session_id=each.session_id, question=each.question, answer=each.answer, created=each.created)
        for each in rows
    ]
