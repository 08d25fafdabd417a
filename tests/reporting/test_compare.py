"""Two runs are told apart: by how much, whether by more than chance, and by what was changed."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.measure.intervals import paired_difference, welch_difference
from flexsim.measure.service_level import Formula
from flexsim.reporting.compare import FORMAT, compare_runs
from flexsim.reporting.document import Wishes
from flexsim.reporting.run import open_run

from .conftest import busy_centre, configured, leave, replicate

FIRST = [{"asa": value} for value in (10.0, 30.0, 50.0, 70.0)]
SECOND = [{"asa": value} for value in (12.0, 32.5, 51.5, 72.0)]


def compared(a, b, **wishes):
    return compare_runs(open_run(a), open_run(b), Wishes(**wishes))


def figure(document, name):
    return next(each for each in document["total"] if each["name"] == name)


@pytest.fixture
def pair(root):
    return leave(root, "a", busy_centre()), leave(root, "b", busy_centre())


def test_a_run_does_not_differ_from_itself(monday):
    document = compared(monday, monday)
    assert document["format"] == FORMAT
    assert {each["difference"] for each in document["total"]} == {0}
    assert (document["manifest"], document["configuration"]) == ([], {"same": True, "missing": [], "changes": []})


def test_the_document_is_json(monday):
    document = compared(monday, monday)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_without_replications_chance_cannot_be_told(pair):
    document = compared(*pair)
    asa = figure(document, "asa")
    assert (document["method"], asa["half_width"], asa["told_from_chance"]) == (None, None, None)
    assert asa["a"] == asa["b"] == json.loads((pair[0] / "summary.json").read_text())["total"]["asa"]


def test_the_same_seeds_are_compared_in_pairs_whatever_their_order(pair):
    replicate(pair[0], FIRST, [1, 2, 3, 4])
    replicate(pair[1], SECOND[::-1], [4, 3, 2, 1])
    document = compared(*pair)
    asa, expected = figure(document, "asa"), paired_difference([10, 30, 50, 70], [12, 32.5, 51.5, 72])
    assert document["method"] == "paired"
    assert (asa["difference"], asa["half_width"]) == (pytest.approx(2.0), pytest.approx(expected.half_width))
    assert asa["told_from_chance"] is True
    assert (asa["a"], asa["b"]) == (40.0, 42.0)
    assert figure(document, "offered")["told_from_chance"] is False


@pytest.mark.parametrize("seeds", [[5, 6, 7, 8], [1, 2, 3, 5], [1, 1, 2, 3]])
def test_other_seeds_are_compared_by_welchs_method(pair, seeds):
    replicate(pair[0], FIRST, [1, 2, 3, 4])
    replicate(pair[1], SECOND, seeds)
    document = compared(*pair)
    asa, expected = figure(document, "asa"), welch_difference([10, 30, 50, 70], [12, 32.5, 51.5, 72])
    assert document["method"] == "welch"
    assert asa["half_width"] == pytest.approx(expected.half_width)
    assert asa["told_from_chance"] is False


def test_one_run_with_replications_and_one_without(pair):
    replicate(pair[0], FIRST, [1, 2, 3, 4])
    document = compared(*pair)
    assert (document["method"], figure(document, "asa")["a"], document["a"]["replications"]) == (None, 40.0, 4)


def test_a_figure_that_some_replications_do_not_have_is_compared_where_both_have_it(pair):
    replicate(pair[0], [*FIRST[:3], {"asa": None}], [1, 2, 3, 4])
    replicate(pair[1], SECOND, [1, 2, 3, 4])
    expected = paired_difference([10, 30, 50], [12, 32.5, 51.5])
    assert figure(compared(*pair), "asa")["half_width"] == pytest.approx(expected.half_width)


@pytest.mark.parametrize(
    ("formula", "share"),
    [
        (Formula.LATE_ABANDONED_MISSED, 2 / 4), (Formula.ABANDONED_MISSED, 2 / 5), (Formula.ABANDONED_MET, 3 / 5),
        (Formula.ABANDONED_EXCLUDED, 2 / 3), (Formula.SHORT_ABANDONED_EXCLUDED, 2 / 4),
    ],
)  # fmt: skip
def test_the_formula_is_the_one_that_was_asked_for(pair, formula, share):
    level = figure(compared(*pair, formula=formula), "service_level")
    assert (level["a"], level["b"]) == (pytest.approx(share), pytest.approx(share))


def test_a_run_cut_short_is_compared_by_its_log(pair):
    (pair[1] / "summary.json").unlink()
    document = compared(*pair)
    assert [each["b"] for each in document["total"]][:3] == [each["a"] for each in document["total"]][:3]


def test_what_was_changed_is_told_field_by_field(root):
    a = leave(root, "a", busy_centre(), configuration=configured(workers=3))
    b = leave(root, "b", busy_centre(), configuration=configured(workers=4, brand="Acme"), seed=8)
    document = compared(a, b)
    assert document["manifest"] == [{"where": ["seed"], "a": 7, "b": 8}]
    changes = {".".join(each["where"]): each for each in document["configuration"]["changes"]}
    assert changes["metadata.json.brand"]["b"] == "Acme"
    assert changes["metadata.json.agentCnt"] == {"where": ["metadata.json", "agentCnt"], "a": 3, "b": 4}
    assert "a" not in changes["workers.json.Agent_003"]
    assert document["configuration"]["same"] is False


def test_of_a_run_that_left_no_configuration_the_hash_is_compared(root, monday):
    bare = leave(root, "bare", busy_centre())
    other = leave(root, "other", busy_centre(), hashed="another")
    hashless = leave(root, "hashless", busy_centre(), hashed="")
    assert compared(monday, bare)["configuration"] == {"same": True, "missing": ["bare"], "changes": []}
    assert compared(bare, hashless)["configuration"]["same"] is None
    assert compared(monday, other)["configuration"]["same"] is False


def test_a_queue_that_only_one_run_has_is_told(root):
    a = leave(root, "a", busy_centre())
    centre = busy_centre()
    centre.log = [line.replace('\\"best\\"', "worst") for line in centre.log]
    b = leave(root, "b", centre, finished=False)
    queues = compared(a, b)["queues"]
    assert {'The "best"', "The worst"} <= set(queues)
    assert queues["The worst"][0]["a"] is None
    assert queues["The worst"][0]["b"] == 6


def test_a_summary_that_is_not_ours_is_named(pair):
    (pair[1] / "summary.json").write_text('{"total": {"answered_in_time": 1}}')
    with pytest.raises(ConfigurationError, match=r"a summary of .*b is not one of ours"):
        compared(*pair)
