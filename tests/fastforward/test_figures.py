import pytest

from flexsim.fastforward.figures import FIGURES, differences, figures, intervals
from tests.fastforward.logs import logged


@pytest.fixture
def standings(plan):
    return [logged(plan, number)[1].standing for number in range(3)]


def test_every_figure_has_its_name_and_is_the_summarys(standings):
    found = figures(standings[0])
    assert found.keys() == FIGURES.keys()
    total = standings[0].totals.overall
    assert found["asa"] == total.wait.total / total.wait.count
    assert found["abandonment"] == (total.abandoned + total.lost) / total.offered


def test_intervals_are_of_the_figures_over_the_replications(standings):
    found = intervals(standings)
    values = [figures(each)["occupancy"] for each in standings]
    assert found["occupancy"].mean == pytest.approx(sum(values) / 3)
    assert min(values) < found["occupancy"].mean < max(values)
    assert found["occupancy"].half_width > 0


def test_a_figure_that_nobody_knows_is_left_out(standings):
    for each in standings:
        each.totals.busy = each.totals.idle = 0.0
    assert "occupancy" not in intervals(standings)
    assert "occupancy" not in differences(standings, standings)


def test_no_difference_from_itself(standings):
    for each in differences(standings, standings).values():
        assert (each.change.mean, each.change.half_width) == (0.0, 0.0)
        assert not each.change.excludes_zero
