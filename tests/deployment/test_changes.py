"""Changes as people read them, and as programs do."""

from flexsim.deployment.changes import Action, Change, Difference, Kind, grouped


def worker(name, *differences, note=""):
    return Change(action=Action.CREATE, kind=Kind.WORKER, name=name, differences=differences, note=note)


def test_changes_that_read_the_same_make_one_line():
    voice = Difference(what="capacity voice", after=1)
    chat = Difference(what="capacity chat", before=1, after=2)
    lines = grouped([worker("A", voice), worker("B", chat), worker("C", voice), worker("D", voice), worker("E", voice)])
    assert [(line.name, line.what) for line in lines] == [
        ("A … E (4)", "capacity voice 1"),
        ("B", "capacity chat 1 → 2"),
    ]


def test_few_names_are_spelt_out():
    assert grouped([worker("A"), worker("B"), worker("C")])[0].name == "A, B, C"


def test_tasks_are_only_counted():
    tasks = [Change(action=Action.REMOVE, kind=Kind.TASK, name="WT1", note="pending")] * 2
    assert [(line.name, line.what) for line in grouped(tasks)] == [("2", "pending")]


def test_a_note_stands_after_the_differences():
    assert grouped([worker("A", Difference(what="x", after=1), note="missing")])[0].what == "x 1, missing"


def test_a_change_as_json_holds_both_values():
    change = worker("A", Difference(what="capacity chat", before=1, after=2))
    assert change.as_dict() == {
        "action": "create",
        "kind": "worker",
        "name": "A",
        "sid": None,
        "differences": [{"what": "capacity chat", "before": 1, "after": 2}],
        "note": "",
    }
