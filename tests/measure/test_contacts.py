"""Lives are told once each, with what became of them."""

from flexsim.measure.contacts import Contacts
from flexsim.measure.reading import LogReader

from .conftest import START


class Diary:
    """Writes down what a listener hears."""

    def __init__(self):
        self.heard = []
        self.tasks, self.reservations, self.spells = [], [], []

    def created(self, task):
        self.heard.append(("created", task.created - START))

    def entered(self, task, left):
        self.heard.append(("entered", task.entered - START, left is None))

    def accepted(self, task):
        self.heard.append(("accepted", task.accepted - START))

    def ended(self, task):
        self.tasks.append(task)

    def reservation_ended(self, reservation):
        self.reservations.append(reservation)

    def spell_began(self, spell):
        self.heard.append(("began", spell.began - START))

    def spell_ended(self, spell):
        self.spells.append(spell)

    def busy(self, spell, now):
        self.heard.append(("busy", now - START, spell.busy))


def told(centre):
    reader, diary = LogReader(), Diary()
    contacts = Contacts(reader.names, diary)
    for event in reader.events(centre.log):
        contacts.add(event)
    return contacts, diary


def test_a_handled_contacts_life(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(10)
    centre.accept(13, task)
    centre.end(73, task, "wrapping")
    centre.end(83, task)
    contacts, diary = told(centre)
    (found,) = diary.tasks
    assert (found.created, found.accepted, found.wrapping, found.ended) == (
        START + 10,
        START + 13,
        START + 73,
        START + 83,
    )
    assert (found.state, found.reservations, found.refused, found.moves, found.lost) == ("completed", 1, 0, 0, False)
    assert found.waited(START + 999) == 3
    assert diary.heard == [
        ("began", 0), ("created", 10), ("entered", 10, True), ("busy", 13, 1), ("accepted", 13), ("busy", 83, 0),
    ]  # fmt: skip
    assert (contacts.tasks, contacts.reservations) == ({}, {})


def test_every_end_has_its_state(centre):
    centre.one_busy_hour()
    contacts, diary = told(centre)
    assert sorted((task.state, task.lost) for task in diary.tasks) == [
        ("canceled", False), ("canceled", True), ("completed", False), ("deleted", False),
    ]  # fmt: skip
    assert [task.state for task in contacts.tasks.values()] == ["assigned", "reserved"]
    assert [each.status for each in diary.reservations] == ["completed", "rejected", "completed"]


def test_refusals_are_counted(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(0)
    for second in range(1, 4):
        centre.reject(second, task)
    centre.end(10, task, "canceled", "hung up")
    _, diary = told(centre)
    assert (diary.tasks[0].refused, diary.tasks[0].reservations) == (3, 4)


def test_stays_in_activities_follow_one_another(centre):
    bob = centre.hire(0, "Bob", "Break")
    centre.go(60, bob, "Available")
    centre.go(100, bob, "Offline")
    contacts, diary = told(centre)
    assert [(each.began - START, each.ended - START, each.available) for each in diary.spells] == [
        (0, 60, False), (60, 100, True),
    ]  # fmt: skip
    (last,) = contacts.spells.values()
    assert (last.began, last.ended, last.available) == (START + 100, None, False)


def test_a_busy_agent_stays_busy_in_another_activity(centre):
    ann = centre.hire(0, "Ann")
    task = centre.arrive(1)
    centre.accept(2, task)
    centre.go(3, ann, "Break")
    contacts, _ = told(centre)
    assert [spell.busy for spell in contacts.spells.values()] == [1]
    centre.end(9, task)
    contacts, _ = told(centre)
    assert [spell.busy for spell in contacts.spells.values()] == [0]


def test_what_was_there_before_the_log_is_passed_over(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(1)
    beginning = len(centre.log)
    centre.accept(2, task)
    centre.end(3, task)
    opening = [line for line in centre.log[:beginning] if '"type":"task' not in line.replace("task-", "")]
    centre.log = [line for line in opening if "reservation" not in line] + centre.log[beginning:]
    contacts, diary = told(centre)
    assert (diary.tasks, diary.reservations, contacts.tasks) == ([], [], {})
