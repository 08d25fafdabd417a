"""Runs that happened pass; every way of making a log worse is caught, and by the law that it breaks."""

import copy
import json

import pytest

from flexsim.measure.audit.auditor import _Auditor
from flexsim.measure.audit.laws import LAWS, MOST_LISTED

from .runs import THRESHOLD, audited, examine, random_run, records, renumbered, story, written

ANN, BOB = (f"WK0634fbf3ecf31e27{tail}" for tail in ("a4e17eefeba511cb", "3ad6075694ef6dde"))


@pytest.fixture(scope="module")
def run():
    return story()


@pytest.fixture(scope="module")
def told(run):
    """The summary with the counts of an agentsim and a custsim that saw everything."""
    agents = dict.fromkeys(("found_under_way", "already_over", "not_ours", "lost"), 0)
    customers = {"arrived": 8, "created": 8, "failed": 0, "abandoned": 1}
    agents |= {"offered": 11, "accepted": 5, "completed": 3, "in_hand": 3}
    return {**run.summary(), "agentsim": agents, "custsim": customers}


def test_a_run_that_happened_obeys_every_law(run, told):
    found = audited(run.lines, told)
    assert found.findings.listed == []
    assert found.passed
    assert found.findings.unchecked == {}
    assert found.events == len(run.lines)


def test_tasks_that_are_open_at_the_end_are_named(run, told):
    found = audited(run.lines, told)
    assert found.open_tasks == 3
    assert [(each.status, each.created.seq) for each in found.open_listed] == [
        ("assigned", 57), ("assigned", 62), ("reserved", 87),
    ]  # fmt: skip


# A thousand of these pass (bench/audit.py runs as many as it is told): here some of them, for time's sake.
@pytest.mark.parametrize("first", range(0, 150, 10))
def test_random_centres_obey_every_law(first):
    for seed in range(first, first + 10):
        found = examine(random_run(seed, steps=60, before=10))
        assert found.findings.listed == [], f"seed {seed}"


def test_random_centres_break_no_law_in_the_long_run():
    found = examine(random_run(9, steps=3000, before=30))
    assert found.findings.listed == []
    assert found.events > 5000


# How a log is made worse: each takes the records and changes them, numbered anew unless it says otherwise.


def drop(*seqs):
    return lambda found: [each for each in found if each.get("seq") not in seqs]


def insert(after, *new):
    def change(found):
        place = after + 1
        return found[:place] + [{"t": found[after]["t"], **each} for each in new] + found[place:]

    return change


def append(*new, later=0.0):
    return lambda found: [*found, *({"t": found[-1]["t"] + later, **each} for each in new)]


def again(seq, at=None):
    """The event comes once more, right behind itself or behind the event ``at``."""

    def change(found):
        place = seq if at is None else at
        return insert(place, {**found[seq], "t": found[place]["t"]})(found)

    return change


def become(seq, **changes):
    return lambda found: [{**each, **changes} if each["seq"] == seq else each for each in found]


def without(seq, key):
    return lambda found: [
        {name: value for name, value in each.items() if name != key} if each["seq"] == seq else each for each in found
    ]


def shift(seconds, *seqs):
    return lambda found: [{**each, "t": each["t"] + seconds} if each["seq"] in seqs else each for each in found]


def swap(one, other, key=None):
    """Two events change places, or only their values of ``key``."""

    def change(found):
        found = copy.deepcopy(found)
        if key is None:
            found[one], found[other] = found[other], found[one]
        else:
            found[one][key], found[other][key] = found[other][key], found[one][key]
        return found

    return change


def both(*changes):
    def change(found):
        for each in reversed(changes):  # from the back, so that sequence numbers stay right
            found = each(found)
        return found

    return change


def reservation(kind, number, task, worker):
    return {"type": f"reservation.{kind}", "task": task, "worker": worker, "reservation": f"WRnew{number}"}


def sid(letters, tail):
    return f"{letters}0634fbf3ecf31e27{tail}"


FIRST, SECOND, THIRD, LAST = (
    sid("WT", tail) for tail in ("a4e17eefeba511cb", "3ad6075694ef6dde", "988f8d9d1531e9e1", "f7652afd90ac7558")
)
CID = sid("WK", "988f8d9d1531e9e1")
NOBODY = "0" * 32

# What is done, the law that must be named, and those that are broken by it as well.
CORRUPTIONS = {
    # What the log consists of.
    "an event about a task that was never created": (become(33, task=f"WT{NOBODY}"), "known", {"task-life"}),
    "a creation that is missing": (drop(29), "known", set()),
    "an event about a worker who was never created": (become(80, worker=f"WK{NOBODY}"), "known", set()),
    "an event about a reservation that was never created": (become(48, reservation=f"WR{NOBODY}"), "known", {"agreement", "capacity"}),
    "a reservation for a worker who was deleted": (
        append(reservation("created", 1, LAST, CID)), "known", set()),
    "an event about a worker who was deleted": (
        append({"type": "worker.attributes.update", "worker": CID}), "known", set()),
    "a queue that was never created": (become(38, queue="Nowhere"), "known", {"queues"}),
    "a queue that is deleted": (insert(38, {"type": "task-queue.deleted", "queue": "Support"}), "known", set()),
    "a workflow that was never created": (become(20, workflow="Ebb"), "known", set()),
    "an activity that was never created": (become(49, activity="Lunch"), "known", {"worker-life"}),
    "a channel that was never created": (become(19, channel="fax"), "known", set()),
    "a log whose head is missing": (drop(0), "known", {"seconds", "agent-time"}),
    "a task that is created twice": (again(29, 34), "unique", {"contacts"}),
    "a reservation that is created twice": (again(33), "unique", set()),
    "a worker who is created twice": (again(18), "unique", set()),
    "a queue that is created twice": (again(13), "unique", set()),
    "a task with the contact of another": (become(57, contact="CX1"), "contacts", set()),
    # Tasks.
    "a task that is completed though nobody had it": (become(43, type="task.completed"), "task-life", set()),
    "a task that is canceled though somebody had it": (become(47, type="task.canceled"), "task-life", set()),
    "a task that is wrapped up twice": (again(27), "task-life", set()),
    "a task that is offered though somebody has it": (
        insert(34, reservation("created", 1, SECOND, ANN), reservation("rejected", 1, SECOND, ANN)),
        "task-life", {"capacity", "agreement"}),
    "a task that ends twice": (again(44), "ended", set()),
    "a task that is accepted after its end": (
        insert(43, reservation("created", 1, THIRD, BOB), reservation("accepted", 1, THIRD, BOB)),
        "ended", {"capacity", "agreement"}),
    "a task that is wrapped up after its end": (again(27, 48), "ended", set()),
    "a reservation that is wrapped up after its task's end": (
        both(drop(28), insert(44, {**reservation("wrapup", 1, FIRST, ANN), "reservation": sid("WR", "a4e17eefeba511cb")})),
        "ended", {"agreement"}),
    "a task that waits after its end": (again(41, 45), "ended", set()),
    "a task that is deleted twice": (again(46), "ended", set()),
    "a task that moves long after its end": (
        append({"type": "task.updated", "task": SECOND}, later=1000), "ended", set()),
    "a reservation that is over later than its task": (
        both(shift(0.25, 45)), "ended", {"agreement"}),
    "a task that leaves a queue that it is not in": (become(41, **{"from": "Everyone"}), "queues", set()),
    "a task that enters a second queue": (drop(41), "queues", set()),
    "a task that times out of a queue that it is not in": (become(39, queue="Support"), "queues", set()),
    # Reservations.
    "a reservation that is rejected after it was accepted": (
        become(48, type="reservation.rejected"), "reservation-life", set()),
    "an acceptance that is missing": (drop(34), "reservation-life", {"task-life"}),
    "a reservation that is completed twice": (again(48), "reservation-life", set()),
    "two workers who change places": (swap(69, 70, "worker"), "parties", set()),
    "two tasks that change places": (swap(69, 70, "task"), "parties", set()),
    "a rival who is sent away though nobody accepts": (
        insert(24, {**reservation("rescinded", 1, FIRST, BOB), "reservation": sid("WR", "3ad6075694ef6dde")}),
        "agreement", {"reservation-life"}),
    "two workers who accept the same task": (become(26, type="reservation.accepted"), "agreement", {"task-life", "capacity"}),
    "a rival who is not sent away": (drop(26), "agreement", {"capacity"}),
    "a reservation that is not completed with its task": (drop(45), "agreement", {"capacity"}),
    "a task that is not completed with its reservation": (drop(47), "agreement", set()),
    "a task that is not canceled with its reservation": (drop(83), "agreement", set()),
    "a task that is offered twice to one worker": (become(24, worker=ANN), "agreement", {"capacity", "parties"}),
    # Workers.
    "a worker who leaves an activity that it is not in": (become(49, **{"from": "Break"}), "worker-life", set()),
    "a change of activity that is missing": (drop(49), "worker-life", {"seconds", "agent-time"}),
    "a worker who is deleted with work in hand": (
        append({"type": "worker.deleted", "worker": ANN}), "worker-life", set()),
    "a capacity that was another one": (become(85, **{"from": 5}), "worker-life", set()),
    "a worker who is offered more than fits": (become(17, capacity=1), "capacity", {"worker-life"}),
    "a capacity that is not told": (drop(17), "capacity", {"worker-life"}),
    "a task for a worker who has one already": (
        both(*(become(seq, worker=ANN) for seq in (33, 34, 48))), "capacity", set()),
    "a task for a worker who is on a break": (without(87, "ignore_capacity"), "availability", set()),
    "a task for a worker who is not available on the channel": (
        both(become(86, channel="voice"), become(82, worker=ANN), become(84, worker=ANN)), "availability", set()),
    "an activity in which nobody works": (become(2, available=False), "availability", set()),
    # Time.
    "an event that was an hour earlier": (shift(-3600, 43), "time", set()),
    "a clock that is put back": (shift(-60, *range(50, 92)), "time", {"seconds", "agent-time"}),
    "a task that is answered before it came": (shift(10, 29), "durations", {"time"}),
    "a task that is wrapped up before it was answered": (shift(-38, 27), "durations", {"time", "agreement"}),
    "seconds that are wrong": (become(50, seconds=12.5), "seconds", {"agent-time"}),
    "seconds that are negative": (become(50, seconds=-10.5), "seconds", {"agent-time"}),
    "seconds that lack what was there before the log": (become(49, seconds=100.0), "seconds", {"agent-time"}),
    "an hour that is in no activity": (become(90, seconds=3610.0), "agent-time", {"seconds"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_it_is_caught_and_the_law_is_named(name, run, told):
    change, law, as_well = CORRUPTIONS[name]
    found = audited(written(renumbered(change(records(run)))), told)
    broken = {each.name for each in found.broken()}
    assert law in broken
    assert broken - {law, *as_well, "figures", "callbacks"} == set()
    assert broken >= as_well


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_it_is_named_with_the_events_behind_it(name, run, told):
    change, law, _ = CORRUPTIONS[name]
    found = audited(written(renumbered(change(records(run)))), told)
    behind = [each for each in found.violations if each.law.name == law]
    assert all(each.places and all(0 <= place.seq < found.events for place in each.places) for each in behind)
    assert all(each.message for each in behind)


# The order of lines.

ORDERS = {
    "a line that is missing": (drop(86), "sequence", set()),
    "two lines that are missing": (drop(85, 86), "sequence", set()),
    "a line that comes twice": (again(86), "sequence", set()),
    "two lines that change places": (swap(1, 2), "sequence", set()),
    "a number that is skipped": (lambda found: [*found[:-1], {**found[-1], "seq": 500}], "sequence", set()),
    "a log that begins anew": (lambda found: [*found, *found], "sequence", {"time", "unique", "contacts"}),
    "two logs in one": (lambda found: [*found[:50], *found[40:]], "sequence", {"time"}),
}


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_of_lines_is_kept(name, run, told):
    change, law, as_well = ORDERS[name]
    found = audited(written(change(records(run))), told)
    assert {each.name for each in found.broken()} >= {law, *as_well}


def test_a_missing_line_is_named_by_its_number(run, told):
    found = audited(written(drop(86)(records(run))), told)
    (violation,) = [each for each in found.violations if each.law.name == "sequence"]
    assert violation.message == "event 86 is missing where 87 stands"
    assert [place.seq for place in violation.places] == [85, 87]


# Lines that are none.

LINES = {
    "cut off": lambda line: line[:-20],
    "without its end": lambda line: line[:-1],
    "not JSON": lambda _: b"{seq: 1}\n",
    "bytes of no text": lambda _: b"\xff\xfe\x00\n",
    "blank": lambda _: b"\n",
    "an array": lambda _: b"[1, 2]\n",
    "a number": lambda _: b"7\n",
    "of no type": lambda line: line.replace(b"worker.deleted", b"worker.vanished"),
    "without a key": lambda line: line.replace(b'"worker":', b'"waiter":'),
    "with a number for a SID": lambda line: line.replace(f'"{CID}"'.encode(), b"5"),
    "with text for a time": lambda line: line.replace(b'"t":1767600265.000', b'"t":"noon"'),
    "with a time that never is": lambda line: line.replace(b'"t":1767600265.000', b'"t":1e300'),
    "with a negative time": lambda line: line.replace(b'"t":1767600265.000', b'"t":-1'),
    "with a sequence number that is none": lambda line: line.replace(b'"seq":91', b'"seq":true'),
    "nested without end": lambda _: b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_is_no_event_is_named_by_its_number(name, run, told):
    whole = [line.encode() for line in run.lines]
    spoilt = LINES[name](whole[-1])
    assert spoilt != whole[-1]
    found = audited([*whole[:-1], spoilt], told)
    assert [each.name for each in found.broken()] == ["lines", "figures"]
    (violation,) = [each for each in found.violations if each.law.name == "lines"]
    assert violation.message.startswith("line 92 ")
    assert len(violation.message) < 250


def test_a_line_in_pieces_is_one_line(run, told):
    pieces = [b"x" * 1000, b"x" * 1000, b"x\n"]
    found = audited([run.lines[0], *pieces, *run.lines[1:], "}\n"], told)
    assert [each.message[:8] for each in found.violations] == ["line 2 i", "line 94 "]


def test_an_empty_log_is_no_log():
    assert [each.message for each in audited([], None).violations] == [
        "the log holds no event", "there is no summary: the run did not come to its end",
    ]  # fmt: skip


# The summary.


def paths(document, path=()):
    for key, value in document.items():
        if isinstance(value, dict):
            yield from paths(value, (*path, key))
        else:
            yield (*path, key)


def changed(document, path, value):
    document = copy.deepcopy(document)
    within = document
    for key in path[:-1]:
        within = within[key]
    within[path[-1]] = value
    return document


def test_every_figure_that_is_changed_is_named(run, told):
    for path in paths(run.summary()):
        summary = changed(told, path, 77)
        found = audited(run.lines, summary)
        words = [each.message for each in found.violations]
        assert "figures" in {each.name for each in found.broken()}, path
        assert any(word.startswith(".".join(path)) or path[0] in {"at", "events"} for word in words), path


def test_a_figure_that_is_missing_is_named(run, told):
    for path in [("total", "offered"), ("queues", "Sales", "asa"), ("agents", "Break"), ("occupancy",), ("events",)]:
        summary = copy.deepcopy(told)
        within = summary
        for key in path[:-1]:
            within = within[key]
        if within.pop(path[-1]) is not None:
            assert "figures" in {each.name for each in audited(run.lines, summary).broken()}, path


def test_a_queue_that_the_events_do_not_know_is_named(run, told):
    summary = changed(told, ("queues", "Complaints"), {"offered": 0})
    (violation,) = audited(run.lines, summary).violations
    assert violation.message.startswith("queues.Complaints: the summary says ")


def test_figures_of_a_part_are_those_of_the_part(run):
    part = story()
    part.lines.append(
        run.lines[-1].replace('"seq":91', '"seq":92').replace("worker.deleted", "worker.attributes.update")
    )
    found = audited(part.lines, part.summary())
    assert [each.name for each in found.broken()] == ["known"]


def test_a_threshold_that_is_not_the_runs_is_named(run, told):
    (violation,) = audited(run.lines, told, THRESHOLD + 1).violations
    assert violation.message == "threshold: the summary says 20.0, the run was begun with 21.0"


def test_a_run_without_a_summary_did_not_come_to_its_end(run):
    found = audited(run.lines, None)
    assert [each.name for each in found.broken()] == ["figures"]
    assert "callbacks" in found.findings.unchecked


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("agentsim", "offered"), 12), (("agentsim", "offered"), 4), (("agentsim", "accepted"), 9),
        (("agentsim", "accepted"), 1), (("agentsim", "completed"), 7), (("agentsim", "in_hand"), None),
        (("custsim", "arrived"), 9), (("custsim", "created"), 9), (("custsim", "abandoned"), 2), (("agentsim",), 5),
    ],
)  # fmt: skip
def test_agents_and_customers_did_what_the_events_tell(path, value, run, told):
    found = audited(run.lines, changed(told, path, value))
    assert [each.name for each in found.broken()] == ["callbacks"]


# The report.


def test_many_breaches_of_one_law_are_counted_and_some_are_listed(run, told):
    found = audited([*run.lines, *["?\n"] * 1000], told)
    assert found.findings.counts["lines"] == 1000
    assert len([each for each in found.violations if each.law.name == "lines"]) == MOST_LISTED


def test_every_law_has_been_seen_broken():
    seen = {law for _, law, _ in (CORRUPTIONS | ORDERS).values()} | {"lines", "figures", "callbacks"}
    assert seen == {law.name for law in LAWS}


def test_what_is_kept_is_what_is_open(run):
    """A day as long as a million events leaves no more than an hour does: ended tasks are forgotten."""
    whole = random_run(3, steps=4000, before=0)
    auditor = _Auditor(json.loads(json.dumps(whole.summary())), THRESHOLD)
    auditor.read(line.encode() for line in whole.lines)
    made = sum('"task.created"' in line for line in whole.lines)
    assert made > 800
    assert len(auditor._tasks._ended) < 100
    assert len(auditor._tasks.open) + len(auditor._reservations.open) < made / 4
