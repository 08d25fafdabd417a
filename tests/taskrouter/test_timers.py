"""Timers fall due in order, only while they hold, and do not pile up."""

import math

from flexsim.taskrouter.timers import ASSIGNMENT_AGE, RESERVATION, TARGET, TASK_AGE, Timers


class Book:
    """Which timers still hold."""

    def __init__(self):
        self.gone = set()
        self.timers = Timers(**dict.fromkeys(["reservation", "target", "task_age", "assignment_age"], self.holds))

    def holds(self, whose, _):
        return whose not in self.gone

    def drain(self, now):
        due = []
        while (timer := self.timers.pop_due(now)) is not None:
            due.append(timer)
        return due


def test_what_is_due_comes_by_time_then_by_kind_then_by_setting():
    book = Book()
    book.timers.lasting(TASK_AGE, 10).start(0.0, 1)
    book.timers.lasting(RESERVATION, 10).start(0.0, 2)
    book.timers.lasting(RESERVATION, 10).start(0.0, 3)
    book.timers.target_at(10.0, 4, 0)
    book.timers.lasting(ASSIGNMENT_AGE, 5).start(0.0, 5)
    assert book.drain(9.9) == [(5.0, ASSIGNMENT_AGE, 5)]
    assert book.drain(10.0) == [(10.0, RESERVATION, 2), (10.0, RESERVATION, 3), (10.0, TARGET, 4), (10.0, TASK_AGE, 1)]


def test_a_timer_that_no_longer_holds_never_falls_due():
    book = Book()
    book.timers.lasting(RESERVATION, 10).start(0.0, 1)
    book.timers.target_at(12.0, 2, 0)
    book.gone = {1, 2}
    assert book.drain(100.0) == []
    assert book.timers.wake == math.inf


def test_the_wake_up_is_never_late():
    book = Book()
    book.timers.lasting(RESERVATION, 60).start(0.0, 1)
    assert book.timers.wake == 60
    book.timers.target_at(20.0, 2, 0)
    assert book.timers.wake == 20
    assert book.drain(30.0) == [(20.0, TARGET, 2)]
    assert book.timers.wake == 60


def test_timers_that_no_longer_hold_are_swept_out():
    book = Book()
    for number in range(50_000):
        book.timers.lasting(TASK_AGE, 86_400).start(float(number), number)
        book.timers.target_at(number + 86_400.0, number, 0)
        book.gone.add(number)
        if number % 100 == 0:
            book.timers.sweep()
    assert len(book.timers.lasting(TASK_AGE, 86_400).entries) < 2_100
    assert len(book.timers._targets) < 2_100
