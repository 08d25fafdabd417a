"""The law of tasks and reservations: which status may follow which, and who may bring it about.

Twilio: "Lifecycle of a Task: Task state" and "Task Reservation resource". Two rules stand above the tables: a task that
has ended (completed or canceled) never changes its status again; and a task is ``reserved`` exactly while it has
pending reservations, ``assigned`` or ``wrapping`` exactly while one reservation is accepted or wrapping.
"""

from typing import Final

PENDING: Final = "pending"
RESERVED: Final = "reserved"
ASSIGNED: Final = "assigned"
WRAPPING: Final = "wrapping"
COMPLETED: Final = "completed"
CANCELED: Final = "canceled"

ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
TIMEOUT: Final = "timeout"
RESCINDED: Final = "rescinded"

TASK_STATUSES: Final = (PENDING, RESERVED, ASSIGNED, CANCELED, COMPLETED, WRAPPING)
RESERVATION_STATUSES: Final = (PENDING, ACCEPTED, REJECTED, TIMEOUT, CANCELED, RESCINDED, WRAPPING, COMPLETED)

TASK_MOVES: Final = frozenset(
    {
        (PENDING, RESERVED),  # the first reservation of a round
        (RESERVED, PENDING),  # the last open reservation was rejected, timed out or was canceled
        (RESERVED, ASSIGNED),  # a reservation was accepted
        (PENDING, CANCELED),  # asked for, lived too long, or no way left in the workflow
        (RESERVED, CANCELED),
        (ASSIGNED, WRAPPING),
        (ASSIGNED, COMPLETED),
        (WRAPPING, COMPLETED),
    },
)

# What clients may bring about; the rest is the engine's.
TASK_STATUSES_OF_CLIENTS: Final = frozenset({CANCELED, WRAPPING, COMPLETED})
TASK_MOVES_OF_CLIENTS: Final = frozenset(move for move in TASK_MOVES if move[1] in TASK_STATUSES_OF_CLIENTS)

RESERVATION_MOVES: Final = frozenset(
    {
        (PENDING, ACCEPTED),
        (PENDING, REJECTED),
        (PENDING, TIMEOUT),  # nobody answered
        (PENDING, CANCELED),  # the task was canceled or deleted
        (PENDING, RESCINDED),  # another worker of the round accepted
        (ACCEPTED, WRAPPING),
        (ACCEPTED, COMPLETED),
        (WRAPPING, COMPLETED),
    },
)

# The same, by the status to come.
MAY_BECOME: Final = {
    status: frozenset(before for before, after in RESERVATION_MOVES if after == status)
    for status in RESERVATION_STATUSES
}

TASK_ENDED: Final = frozenset({COMPLETED, CANCELED})
RESERVATION_OPEN: Final = frozenset({PENDING, ACCEPTED, WRAPPING})
