"""A run's contacts come back with the attributes that their tasks had."""

import json
from dataclasses import replace

import pytest

from flexsim.configuration.generate import generate
from flexsim.configuration.workspace import build_workspace, workflow_of
from flexsim.domain.loading import load_domain
from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.measure.records import Recorder
from flexsim.people.customer import Customers
from flexsim.randomness import Randomness
from flexsim.routecheck.recorded import drawn_contacts, read_recorded
from flexsim.runs.folder import Manifest, begin_run
from flexsim.taskrouter.inputs import NewTask

START = 1_767_600_000.0
SEED = 9


@pytest.fixture(scope="module")
def bank():
    """With office hours shorter than customers come, so that one attribute depends on when a contact came."""
    domain = load_domain("harbour-bank")
    early = replace(domain.agents, shifts=domain.agents.shifts[:1])
    return generate(replace(domain, agents=early), Randomness(1))


@pytest.fixture
def run(bank, tmp_path):
    """A run of 200 customers, written as every run is: its folder, and the tasks' attributes by contact."""
    engine = build_workspace(bank, Sids(SEED, "test"), START)
    recorder = Recorder(engine)
    workflow = workflow_of(engine, bank)
    manifest = Manifest(command="test", seed=SEED, speed=1, started=START, configuration="", threshold=20, versions={})
    sent = {}
    with begin_run(tmp_path, manifest) as writer:
        writer.write(recorder.open(START)[1])
        customers = Customers(
            bank.domain, Randomness(SEED), START, rate_per_hour=5
        )  # the log's times, not the domain's
        for _ in range(200):
            at, made = customers.next()
            sent[made.contact] = dict(made.attributes)
            new = NewTask(
                workflow=workflow, channel=engine.channel_by_name[made.channel], attributes=dict(made.attributes)
            )
            writer.write(recorder.lines(engine.create_task(at, new)))
        stray = NewTask(workflow=workflow, channel=0, attributes={})
        writer.write(recorder.lines(engine.create_task(at, stray)))
    return writer.path, sent


def test_they_are_those_that_the_tasks_came_with(bank, run):
    path, sent = run
    recorded = read_recorded(path)
    found = {each.contact: each.attributes for each in recorded.contacts(bank)}
    assert found == sent
    assert {each["conversations"]["in_business_hours"] for each in sent.values()} == {"Yes", "No"}
    assert recorded.strangers == 1


def test_some_of_them_are_enough(bank, run):
    """As of a run that was broken off, or one of several simulators."""
    path, sent = run
    log = path / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    created = [line for line in lines if '"type":"task.created"' in line and '"contact":null' not in line]
    log.write_text("".join(created[10:30:2]))
    found = {each.contact: each.attributes for each in read_recorded(path).contacts(bank)}
    kept = {json.loads(line)["contact"] for line in created[10:30:2]}
    assert found == {contact: sent[contact] for contact in kept}


def test_a_run_of_another_configuration_is_refused(run):
    path, _ = run
    other = generate(load_domain(None), Randomness(1))
    with pytest.raises(ConfigurationError, match="was not made with the first configuration: contact CX"):
        list(read_recorded(path).contacts(other))


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="a run's folder"):
        read_recorded(tmp_path)


def test_a_line_that_is_none_of_ours_is_told(run):
    path, _ = run
    (path / "events.jsonl").write_text('{"type":"task.created"}\n')
    with pytest.raises(ConfigurationError, match="a line that is none of ours"):
        read_recorded(path)


def test_drawn_contacts_are_the_same_for_the_same_seed(bank):
    first, again, other = (list(drawn_contacts(bank, seed, 5)) for seed in (1, 1, 2))
    assert first == again
    assert [each.contact for each in first] != [each.contact for each in other]
