"""Whatever has become of a run's folder: each command that reads runs reads it, or refuses it in words."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexsim.cli.audit import _audit
from flexsim.errors import ConfigurationError
from flexsim.measure.audit.document import document, lines
from flexsim.reporting.compare import compare_runs
from flexsim.reporting.document import Wishes
from flexsim.reporting.export import export_run
from flexsim.reporting.forms import ExportForm, Form
from flexsim.reporting.report import make_report
from flexsim.reporting.run import open_run
from flexsim.routecheck.recorded import read_recorded
from tests.measure.test_report import a_wild_day
from tests.reporting.conftest import configured, leave, replicate

from .damage import WORST, damaged, distorted, survives, written

in_one_folder = settings(
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    max_examples=settings.default.max_examples * 4 // 10,
)


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """A run as it should be, of two replications."""
    centre, now = a_wild_day(3, 25)
    path = leave(tmp_path_factory.mktemp("runs"), "right", centre, now=now, configuration=configured())
    return replicate(path, [{}, {}], [1, 2])


def read_all(path, right, out):
    """Everything that reads a run."""

    def audited():
        found = _audit(path, quiet=True)
        document(found)
        list(lines(found))

    survives(audited)
    for form in Form:
        survives(lambda form=form: make_report(open_run(path), form, Wishes()))
    shutil.rmtree(out, ignore_errors=True)
    survives(lambda: export_run(open_run(path), ExportForm.CSV, out, Wishes()))
    survives(lambda: compare_runs(open_run(path), open_run(right), Wishes()))
    survives(lambda: compare_runs(open_run(right), open_run(path), Wishes()))
    survives(lambda: list(read_recorded(path).arrivals))


FILES = (
    "manifest.json",
    "summary.json",
    "events.jsonl",
    "replications.jsonl",
    "config/metadata.json",
    "config/workers.json",
)


@in_one_folder
@given(data=st.data())
def test_damaged_bytes(right, tmp_path, data):
    name = data.draw(st.sampled_from(FILES))
    path = shutil.copytree(right, tmp_path / "run", dirs_exist_ok=True)
    (path / name).write_bytes(data.draw(damaged([(right / name).read_bytes()])))
    read_all(path, right, tmp_path / "out")


@in_one_folder
@given(data=st.data())
def test_distorted_documents(right, tmp_path, data):
    name = data.draw(st.sampled_from(FILES))
    path = shutil.copytree(right, tmp_path / "run", dirs_exist_ok=True)
    text = (right / name).read_text()
    if name.endswith(".jsonl"):
        records = [json.loads(line) for line in text.splitlines()]
        at = data.draw(st.integers(0, len(records) - 1))
        records[at] = data.draw(distorted(records[at]))
        content = b"".join(written(each) + b"\n" for each in records)
    else:
        content = written(data.draw(distorted(json.loads(text))))
    (path / name).write_bytes(content)
    read_all(path, right, tmp_path / "out")


@pytest.mark.parametrize("wait", ["p50", "p90", "longest"])
def test_a_summary_that_lacks_one_of_its_waits_is_refused(right, tmp_path, wait):
    path = shutil.copytree(right, tmp_path / "run")
    summary = json.loads((path / "summary.json").read_text())
    del summary["total"]["wait"][wait]
    (path / "summary.json").write_bytes(written(summary))
    with pytest.raises(ConfigurationError, match="summary"):
        make_report(open_run(path), Form.HTML, Wishes())


@pytest.mark.parametrize("change", [lambda it: it["total"].update(asa={}), lambda it: it.update(occupancy=1e300)])
def test_a_figure_that_is_none_is_refused(right, tmp_path, change):
    path = shutil.copytree(right, tmp_path / "run")
    summary = json.loads((path / "summary.json").read_text())
    change(summary)
    (path / "summary.json").write_bytes(written(summary))
    with pytest.raises(ConfigurationError, match="summary"):
        make_report(open_run(path), Form.HTML, Wishes())


def test_a_wait_of_centuries_has_its_bar(right, tmp_path):
    path = shutil.copytree(right, tmp_path / "run")
    events = [json.loads(line) for line in (path / "events.jsonl").read_text().splitlines()]
    next(each for each in events if each["type"] == "task.canceled")["t"] = 17_677_600_102.988
    (path / "events.jsonl").write_bytes(b"".join(written(each) + b"\n" for each in events))
    read_all(path, right, tmp_path / "out")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("what", ["missing", "folder", *range(len(WORST))])
def test_what_is_missing_is_a_folder_or_is_the_worst_of_files(right, tmp_path, name, what):
    path = shutil.copytree(right, tmp_path / "run")
    (path / name).unlink()
    if what == "folder":
        (path / name).mkdir()
    elif what != "missing":
        (path / name).write_bytes(WORST[what])
    read_all(path, right, tmp_path / "out")
