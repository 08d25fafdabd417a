"""Run folders: a busy hour on the real engine, left the way every command leaves a run."""

import json

import pytest

from flexsim.configuration.files import render
from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.measure.summary import summarize
from flexsim.randomness import Randomness
from flexsim.runs.folder import REPLICATIONS, SUMMARY, Manifest, begin_run
from tests.measure.conftest import START, Centre

NASTY = '</script><img src=x onerror="alert(1)">|`*'


def manifest(**changes):
    facts = {
        "command": "demo", "seed": 7, "speed": 20.0, "started": START, "configuration": "abc", "threshold": 20.0,
        "versions": {"flexsim": "0.1.0"},
    }  # fmt: skip
    return Manifest(**{**facts, **changes})


def leave(root, name, centre, *, now=START + 300, configuration=None, finished=True, hashed="abc", **changes):
    """A run of that name with the centre's log; ``configuration`` are its files, ``hashed`` what the manifest says of them."""
    with begin_run(root, manifest(configuration=hashed, **changes)) as run:
        run.write(centre.log)
        if configuration is not None:
            run.keep_configuration(configuration)
        if finished:
            run.finish(summarize(centre.statistics, now))
    return run.path.rename(root / name)


def busy_centre():
    centre = Centre()
    centre.one_busy_hour()
    centre.hire(261, NASTY)
    return centre


def configured(workers=4, seed=3, **changes):
    """A configuration's files; ``changes`` are laid over its metadata."""
    texts = render(generate(load_domain(None), Randomness(seed), workers))
    metadata = json.loads(texts["metadata.json"]) | changes
    return texts | {"metadata.json": json.dumps(metadata)}


def replicate(path, summaries, seeds):
    """Make the run one of several replications; ``summaries`` lay their changes over the present one's total."""
    whole = json.loads((path / SUMMARY).read_text())
    lines = []
    for number, (changes, seed) in enumerate(zip(summaries, seeds, strict=True)):
        summary = whole | {"total": whole["total"] | changes}
        lines.append(json.dumps({"replication": number, "seed": seed, "summary": summary}))
    (path / REPLICATIONS).write_text("\n".join(lines) + "\n")
    (path / SUMMARY).write_text(json.dumps(whole | {"replications": len(lines)}))
    return path


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty folder with ``runs/`` in it, and we are in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


@pytest.fixture
def monday(root):
    return leave(
        root,
        "monday",
        busy_centre(),
        configuration=configured(arrivals={"ratePerHour": 60, "timezone": "Asia/Kolkata"}),
    )
