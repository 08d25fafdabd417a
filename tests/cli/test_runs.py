"""What the commands about finished runs share."""

import pytest

from flexsim.cli.runs import Minutes, reading, wishes
from flexsim.measure.service_level import Formula
from flexsim.reporting.run import open_run
from tests.reporting.conftest import busy_centre, leave


@pytest.mark.parametrize(("minutes", "seconds"), [(None, None), (Minutes.ONE, 60), (Minutes.HOUR, 3600)])
def test_intervals_are_minutes_for_people_and_seconds_for_the_library(minutes, seconds):
    found = wishes(Formula.ABANDONED_MET, 3.0, minutes, 30.0)
    assert (found.interval, found.formula, found.short, found.threshold) == (seconds, Formula.ABANDONED_MET, 3.0, 30.0)


def test_progress_may_be_told_and_is_silent_in_a_pipe(tmp_path, capsys):
    run = open_run(leave(tmp_path, "monday", busy_centre()))
    with reading(run, quiet=False) as progress:
        assert len(list(run.lines(progress))) > 10
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
