"""Planted faults are found where they are, and our own configurations are without fault."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.configuration.files import read_configuration, render
from flexsim.configuration.generate import generate
from flexsim.configuration.workspace import build_workspace
from flexsim.domain.loading import examples, load_domain, locales
from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.randomness import Randomness
from flexsim.routecheck.findings import KINDS, Severity
from flexsim.routecheck.lint import lint_configuration
from flexsim.routecheck.recorded import drawn_contacts
from flexsim.routecheck.routes import Routes
from flexsim.routecheck.sources import read_sources

CONFIG = Path(__file__).parents[2] / "config"
CONTACTS = list(drawn_contacts(generate(load_domain(None), Randomness(1)), 1, 100))


@pytest.mark.parametrize("example", [None, *examples()])
@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("seed", [1, 7])
def test_nothing_is_found_in_what_we_generate(locale, example, seed):
    configuration = generate(load_domain(example, locale), Randomness(seed))
    documents = {name: json.loads(text) for name, text in render(configuration).items()}
    assert lint_configuration(configuration, documents) == []


def test_nothing_is_found_in_the_configuration_that_comes_with_flexsim():
    sources = read_sources(CONFIG)
    assert lint_configuration(sources.configuration, sources.documents) == []


# --- planted faults: what is done to the default configuration, and what must be found where -----------------------------


def filters(documents):
    return documents["workflow.json"]["configuration"]["task_routing"]["filters"]


def routing(documents):
    return documents["workflow.json"]["configuration"]["task_routing"]


def target(documents, number=0, index=0):
    return filters(documents)[number]["targets"][index]


def add_target(documents, **properties):
    """A second target for the first filter."""
    filters(documents)[0]["targets"].append(properties)


def put(document, key, value):
    document[key] = value


def first(documents):
    return documents["workers.json"][0]


def all_workers(documents, change):
    for each in documents["workers.json"]:
        change(each)


def with_agents(documents, shifts, arrivals=None):
    metadata = documents["metadata.json"]
    metadata["agents"] = {"shifts": shifts}
    metadata["arrivals"] = {"ratePerHour": 100, **(arrivals or {})}


def set_portions(documents, *portions):
    params = documents["metadata.json"]["dimensions"]["activity"]["optionParams"]["all"]
    for option, portion in zip(params, portions, strict=True):
        option["portion"] = portion


def no_channel(worker, channel):
    worker["channelCaps"] = [
        {**each, "capacity": 0} if each["name"] == channel else each for each in worker["channelCaps"]
    ]


def no_chat_in_sales(documents):
    all_workers(
        documents, lambda each: no_channel(each, "chat") if "Sales" in each["attributes"]["routing"]["skills"] else None
    )


def shift_without_skill(documents):
    """Whoever has the skill Sales is on the early shift: of two equal shifts, every other agent by name."""
    with_agents(
        documents, [{"start": "00:00", "end": "12:00", "share": 0.5}, {"start": "12:00", "end": "00:00", "share": 0.5}]
    )
    workers = sorted(documents["workers.json"], key=lambda each: each["friendlyName"])
    for number, worker in enumerate(workers):
        early = number % 2 == 0
        worker["attributes"]["routing"]["skills"] = ["Sales", "Service", "Support"] if early else ["Service", "Support"]


_F = "/configuration/task_routing/filters"
FAULTS = {
    "a filter's expression does not parse": (
        lambda d: put(filters(d)[0], "expression", "topic = = 'Sales'"), "FX001", "workflow.json", f"{_F}/0/expression",
    ),
    "a queue's expression does not parse": (
        lambda d: put(d["queues.json"][1], "targetWorkers", "routing.skills HAS"), "FX001", "queues.json", "/1/targetWorkers",
    ),
    "a skip_if does not parse": (
        lambda d: put(target(d), "skip_if", "workers.available =="), "FX001", "workflow.json", f"{_F}/0/targets/0/skip_if",
    ),
    "a target leads to a queue that is missing": (
        lambda d: put(target(d, 1), "queue", "Servise"), "FX002", "workflow.json", f"{_F}/1/targets/0/queue",
    ),
    "the default filter leads to a queue that is missing": (
        lambda d: put(routing(d), "default_filter", {"queue": "Nobody"}),
        "FX002", "workflow.json", "/configuration/task_routing/default_filter/queue",
    ),
    "two workers have one name but for its case": (
        lambda d: put(d["workers.json"][3], "friendlyName", "AGENT_001"), "FX003", "workers.json", "/3/friendlyName",
    ),
    "two queues have one name": (
        lambda d: put(d["queues.json"][2], "friendlyName", "Sales"), "FX003", "queues.json", "/2/friendlyName",
    ),
    "a filter has no targets": (
        lambda d: put(filters(d)[2], "targets", []), "FX004", "workflow.json", f"{_F}/2/targets",
    ),
    "an order_by is none": (
        lambda d: put(target(d), "order_by", "level DESC"), "FX004", "workflow.json", f"{_F}/0/targets/0/order_by",
    ),
    "a priority is below 0": (
        lambda d: put(target(d), "priority", -1), "FX005", "workflow.json", f"{_F}/0/targets/0/priority",
    ),
    "a priority is beyond what TaskRouter counts": (
        lambda d: put(target(d), "priority", 1 << 31), "FX005", "workflow.json", f"{_F}/0/targets/0/priority",
    ),
    "a worker's attributes are too long": (
        lambda d: put(first(d)["attributes"], "notes", "x" * 4_100), "FX006", "workers.json", "/0/attributes",
    ),
    "a property is misspelt": (
        lambda d: put(target(d), "time_out", 20), "FX007", "workflow.json", f"{_F}/0/targets/0/time_out",
    ),
    "an expression contradicts itself": (
        lambda d: put(filters(d)[0], "expression", "topic == 'Sales' AND topic == 'Service'"),
        "FX010", "workflow.json", f"{_F}/0/expression",
    ),
    "a value is one that the attribute never has": (
        lambda d: put(filters(d)[0], "expression", "topic == 'Salse'"), "FX011", "workflow.json", f"{_F}/0/expression",
    ),
    "a single value is asked for members": (
        lambda d: put(filters(d)[0], "expression", "topic HAS 'Sales'"), "FX012", "workflow.json", f"{_F}/0/expression",
    ),
    "a text is compared with a number": (
        lambda d: put(filters(d)[0], "expression", "topic == 7"), "FX012", "workflow.json", f"{_F}/0/expression",
    ),
    "a list is compared with one value": (
        lambda d: put(d["queues.json"][0], "targetWorkers", "routing.skills == 'Sales'"),
        "FX012", "queues.json", "/0/targetWorkers",
    ),
    "a target compares a list with one value": (
        lambda d: put(target(d), "expression", "worker.routing.skills == 'Sales'"),
        "FX012", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "a target compares a text with a number": (
        lambda d: put(target(d), "expression", "task.topic == 4 OR worker.routing.skills HAS 'Sales'"),
        "FX012", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "a target asks what no worker has": (
        lambda d: put(target(d), "expression", "worker.lvl > 3 OR worker.routing.skills HAS 'Sales'"),
        "FX043", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "a target asks what nothing sets": (
        lambda d: put(target(d), "expression", "task.topik == 'x' OR worker.routing.skills HAS 'Sales'"),
        "FX013", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "nothing sets the attribute": (
        lambda d: put(filters(d)[0], "expression", "topik == 'Sales'"), "FX013", "workflow.json", f"{_F}/0/expression",
    ),
    "a filter says task.": (
        lambda d: put(filters(d)[0], "expression", "task.topic == 'Sales'"), "FX014", "workflow.json", f"{_F}/0/expression",
    ),
    "a queue says worker.": (
        lambda d: put(d["queues.json"][0], "targetWorkers", "worker.routing.skills HAS 'Sales'"),
        "FX014", "queues.json", "/0/targetWorkers",
    ),
    "a target says neither task. nor worker.": (
        lambda d: put(target(d), "expression", "level > 3"), "FX014", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "an attribute's name is in quotes": (
        lambda d: put(filters(d)[0], "expression", "'topic' == 'Sales'"), "FX015", "workflow.json", f"{_F}/0/expression",
    ),
    "a filter stands behind one that keeps everything": (
        lambda d: filters(d).insert(0, {"filter_friendly_name": "All", "expression": "1==1", "targets": [{"queue": "Sales"}]}),
        "FX020", "workflow.json", f"{_F}/1",
    ),
    "a filter stands behind two that keep all its tasks together": (
        lambda d: [each["targets"][0].pop("timeout") for each in filters(d)]
        and filters(d).append({"expression": "topic IN ['Sales', 'Service']", "targets": [{"queue": "Sales"}]}),
        "FX020", "workflow.json", f"{_F}/3",
    ),
    "a filter stands behind one that takes everything for a while": (
        lambda d: filters(d).insert(
            0, {"filter_friendly_name": "All", "expression": "topic != 'x'", "targets": [{"queue": "Sales", "timeout": 5}]}
        ),
        "FX021", "workflow.json", f"{_F}/2",
    ),
    "two filters have one name": (
        lambda d: put(filters(d)[1], "filter_friendly_name", "Sales Filter"), "FX022", "workflow.json", f"{_F}/1",
    ),
    "tasks fall to the default filter": (
        lambda d: filters(d).pop(1), "FX023", "workflow.json", "/configuration/task_routing/default_filter",
    ),
    "tasks are refused": (
        lambda d: (filters(d).pop(1), routing(d).pop("default_filter")), "FX024", "workflow.json", "/configuration/task_routing",
    ),
    "a target follows one without a timeout": (
        lambda d: (target(d).pop("timeout"), add_target(d, queue="Service")), "FX030", "workflow.json", f"{_F}/0/targets/1",
    ),
    "the escalation asks the same workers": (
        lambda d: (put(target(d), "timeout", 20), add_target(d, queue="Sales", timeout=60)),
        "FX031", "workflow.json", f"{_F}/0/targets/1",
    ),
    "nobody satisfies a target's expression": (
        lambda d: put(target(d), "expression", "worker.routing.levels.Sales > 3"),
        "FX032", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "nobody is what the task asks for": (
        lambda d: put(target(d), "expression", "task.intent IN worker.routing.skills"),
        "FX032", "workflow.json", f"{_F}/0/targets/0/expression",
    ),
    "a skip_if is never true": (
        lambda d: put(target(d), "skip_if", "workers.available > 100"), "FX033", "workflow.json", f"{_F}/0/targets/0/skip_if",
    ),
    "a skip_if asks what it is not told": (
        lambda d: put(target(d), "skip_if", "workers.availble == 0"), "FX033", "workflow.json", f"{_F}/0/targets/0/skip_if",
    ),
    "a skip_if is always true": (
        lambda d: put(target(d), "skip_if", "workers.available >= 0"), "FX034", "workflow.json", f"{_F}/0/targets/0/skip_if",
    ),
    "nothing sets the known worker": (
        lambda d: put(target(d), "known_worker_friendly_name", "task.last_agent"),
        "FX035", "workflow.json", f"{_F}/0/targets/0/known_worker_friendly_name",
    ),
    "the order is by what no worker has": (
        lambda d: put(target(d), "order_by", "worker.seniority DESC"), "FX036", "workflow.json", f"{_F}/0/targets/0/order_by",
    ),
    "the escalation comes when every customer has given up": (
        lambda d: add_target(d, queue="Service", timeout=60), "FX037", "workflow.json", f"{_F}/0/targets/1",
    ),
    "no worker serves a queue": (
        lambda d: put(d["queues.json"][0], "targetWorkers", "routing.skills HAS 'Sails'"),
        "FX040", "queues.json", "/0/targetWorkers",
    ),
    "a queue's expression is empty": (
        lambda d: put(d["queues.json"][0], "targetWorkers", ""), "FX040", "queues.json", "/0/targetWorkers",
    ),
    "no target leads to a queue": (
        lambda d: d["queues.json"].append({"friendlyName": "Spare", "targetWorkers": "1==1"}), "FX041", "queues.json", "/3",
    ),
    "nobody in a queue takes its channel": (no_chat_in_sales, "FX042", "queues.json", "/0"),
    "no worker has the attribute": (
        lambda d: put(d["queues.json"][0], "targetWorkers", "routing.skills HAS 'Sales' OR routing.skill HAS 'Sales'"),
        "FX043", "queues.json", "/0/targetWorkers",
    ),
    "a worker is in no queue that is used": (
        lambda d: (put(first(d)["attributes"]["routing"], "skills", ["Cooking"]), put(routing(d), "default_filter", {"queue": "Sales"})),
        "FX050", "workers.json", "/0",
    ),
    "a worker has no capacity": (
        lambda d: put(first(d), "channelCaps", [{"name": each, "capacity": 0} for each in ("voice", "chat", "sms")]),
        "FX051", "workers.json", "/0/channelCaps",
    ),
    "nobody takes a channel": (
        lambda d: all_workers(d, lambda each: no_channel(each, "sms")), "FX052", "metadata.json", "/dimensions/channel/options",
    ),
    "a capacity is given twice": (
        lambda d: first(d)["channelCaps"].append({"name": "chat", "capacity": 2}), "FX053", "workers.json", "/0/channelCaps/3",
    ),
    "a capacity is on a channel of nobody's": (
        lambda d: first(d)["channelCaps"].append({"name": "fax", "capacity": 2}), "FX054", "workers.json", "/0/channelCaps",
    ),
    "nobody works a shift": (
        lambda d: with_agents(
            d, [{"start": "00:00", "end": "24:00", "share": 0.999}, {"start": "09:00", "end": "10:00", "share": 0.001}]
        ),
        "FX060", "metadata.json", "/agents/shifts/1",
    ),
    "customers come when nobody is on shift": (
        lambda d: with_agents(d, [{"start": "08:00", "end": "18:00", "share": 1}]), "FX061", "metadata.json", "/agents/shifts",
    ),
    "nobody of a queue is on shift": (shift_without_skill, "FX062", "metadata.json", "/agents/shifts"),
    "all who are there are on break": (
        lambda d: with_agents(
            d, [{"start": "00:00", "end": "24:00", "share": 1, "breaks": [{"at": "12:10", "minutes": 20}]}]
        ),
        "FX066", "metadata.json", "/agents/shifts",
    ),
    "an activity is never drawn": (
        lambda d: set_portions(d, 0.88, 0, 0.08, 0.04),
        "FX063", "metadata.json", "/dimensions/activity/options/all/1",
    ),
    "an offer stands too short": (
        lambda d: put(d["workflow.json"], "taskReservationTimeout", 3), "FX064", "workflow.json", "/taskReservationTimeout",
    ),
    "an offer stands as long as the target lasts": (
        lambda d: put(target(d), "timeout", 30), "FX065", "workflow.json", f"{_F}/0/targets/0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_at_its_place(fault, documents, folder):
    plant, code, file, pointer = FAULTS[fault]
    plant(documents)
    sources = read_sources(folder())
    found = lint_configuration(sources.configuration, sources.documents)
    assert (code, file, pointer) in [(each.kind.code, each.file, each.pointer) for each in found]
    (this,) = [each for each in found if (each.kind.code, each.pointer) == (code, pointer)]
    # The line is that of the place: what follows on it is what stands there.
    line = sources.texts[file].splitlines()[sources.line(this) - 1].strip()
    last = this.place[-1] if this.place else None
    assert line.startswith(json.dumps(last) if isinstance(last, str) else ("{", '"'))
    assert lint_configuration(sources.configuration, sources.documents, ignore=[code]) == [
        each for each in found if each.kind.code != code
    ]


def test_every_kind_of_finding_is_planted_once_at_least():
    assert {code for _, code, _, _ in FAULTS.values()} == set(KINDS)


# Faults that look like faults and are none.
INNOCENT = {
    "1==1 in a skip_if is Twilio's own advice": lambda d: put(target(d), "skip_if", "1==1"),
    "an attribute of Twilio's": lambda d: filters(d).insert(
        0, {"filter_friendly_name": "Calls", "expression": "call_sid != null AND topic == 'Sales'", "targets": [{"queue": "Sales", "timeout": 60}]}
    ),
    "an escalation with a higher priority": lambda d: (
        put(target(d), "timeout", 60), add_target(d, queue="Sales", timeout=60, priority=10)
    ),
    "an escalation to everybody": lambda d: (put(target(d), "timeout", 60), add_target(d, queue="Everyone", timeout=60)),
    "a target that the one before it may skip to": lambda d: (
        target(d).pop("timeout"), put(target(d), "skip_if", "workers.available == 0"), add_target(d, queue="Service")
    ),
    "a known worker by an attribute of the contact": lambda d: put(target(d), "known_worker_friendly_name", "task.customerName"),
    "an order by the load on a channel": lambda d: put(
        target(d), "order_by", "worker.channel.chat.assigned_tasks ASC"
    ),
    "all to the default filter": lambda d: put(routing(d), "filters", []) or d["queues.json"].clear(),
    "a target's expression about activities": lambda d: put(target(d), "expression", "worker.activity_name == 'Available'"),
    "a target's expression about the task's topic": lambda d: put(target(d), "expression", "task.topic IN worker.routing.skills"),
}  # fmt: skip


@pytest.mark.parametrize("what", INNOCENT)
def test_what_may_be_meant_is_not_called_a_fault(what, documents, folder):
    INNOCENT[what](documents)
    sources = read_sources(folder())
    assert lint_configuration(sources.configuration, sources.documents) == []


def test_several_faults_of_one_target_are_all_told(documents, folder):
    target(documents).update(priority="high", timeout="soon", skip_if="(")
    sources = read_sources(folder())
    found = lint_configuration(sources.configuration, sources.documents)
    assert {(each.kind.code, each.place[-1]) for each in found} >= {
        ("FX005", "priority"),
        ("FX004", "timeout"),
        ("FX001", "skip_if"),
    }


def test_what_only_the_engine_refuses_is_told_too(configuration, documents):
    spoilt = copy.deepcopy(documents)
    spoilt["workers.json"][0]["friendlyName"] = " "
    (found,) = lint_configuration(
        replace(configuration, workers=(replace(configuration.workers[0], name=" "), *configuration.workers[1:])),
        spoilt,
    )
    assert (found.kind.code, found.sentence) == ("FX004", "worker  : worker needs a FriendlyName")


def test_a_code_that_there_is_none_of_is_refused(configuration, documents):
    with pytest.raises(ConfigurationError, match="no such finding: FX999"):
        lint_configuration(configuration, documents, ignore=["FX999"])


def test_the_configuration_is_read_as_deploy_reads_it():
    assert read_sources(CONFIG).configuration == read_configuration(CONFIG)


# --- against the engine: what is said never to happen does not, whatever the workflow -------------------------------------

TASK_TESTS = [
    "topic == 'Sales'", "topic != 'Sales'", "topic IN ['Service', 'Support']", "topic == 'Cooking'", "intent CONTAINS 'order'",
    "intent == 'Place an order'", "flexsim_values.channel == 'chat'", "channelType == null", "direction == 'inbound'",
    "flexsim_values.abandonTime > 60", "flexsim_values.abandonTime <= 60", "flexsim_values.abandonTime < 20", "unknown == null", "1==1",
]  # fmt: skip
TARGET_TESTS = [
    "worker.routing.skills HAS task.topic", "worker.routing.skills HAS 'Cooking'", "task.topic == worker.none",
    "task.intent IN worker.routing.skills", "worker.friendly_name == 'Agent_003'", "task.topic == 'Sales' AND worker.routing.skills[1] == 'Sales'",
    "worker.routing.skills[2] != null",
]  # fmt: skip
tests = st.recursive(
    st.sampled_from(TASK_TESTS),
    lambda inner: st.one_of(
        inner.map(lambda each: f"NOT ({each})"),
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda each: f"({each[0]}) {each[1]} ({each[2]})"),
    ),
    max_leaves=3,
)
targets = st.fixed_dictionaries(
    {"queue": st.sampled_from(["Sales", "Service", "Everyone"])},
    optional={
        "timeout": st.sampled_from([10, 60, 200]),
        "expression": st.sampled_from(TARGET_TESTS),
        "skip_if": st.sampled_from(["1==1", "workers.available > 5", "workers.available > 50"]),
    },
)
workflows = st.lists(
    st.fixed_dictionaries({"expression": tests, "targets": st.lists(targets, min_size=1, max_size=3)}),
    min_size=1,
    max_size=5,
)


@settings(max_examples=30)
@given(workflows)
def test_what_is_never_true_reached_or_selected_is_not_so_for_any_contact(configuration, made):
    document = {"task_routing": {"filters": made, "default_filter": {"queue": "Everyone"}}}
    changed = replace(configuration, workflow=replace(configuration.workflow, configuration=document))
    documents = {name: json.loads(text) for name, text in render(changed).items()}
    said = {(each.kind.code, each.place[3:]) for each in lint_configuration(changed, documents)}
    routes = Routes(changed)
    seen, selected = set(), set()
    for contact in CONTACTS:
        for index, each in enumerate(routes.routing.filters):
            if each.expression.matches(contact.attributes):
                assert not {(code, (index, "expression")) for code in ("FX010", "FX011", "FX012")} & said
        for hop in routes.route(contact.channel, contact.attributes):
            if hop.filter.startswith("number "):
                place = (int(hop.filter.removeprefix("number ")) - 1, "targets", hop.target - 1)
                seen |= {place, place[:1]}
                selected |= {place} if hop.workers else set()
    for code, place in said:
        if code in {"FX020", "FX030"}:
            assert place not in seen
        if code == "FX032":
            assert place[:3] not in selected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.sampled_from(TASK_TESTS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.sampled_from(["queue", "expression", "targets"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def places(value, above=()):
    yield above
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*above, key))


@settings(max_examples=50)
@given(st.data())
def test_a_workflow_of_any_content_is_judged_and_what_the_engine_refuses_is_an_error(configuration, data):
    """Somewhere in the workflow stands something else."""
    workflow = copy.deepcopy(configuration.workflow.configuration)
    workflow["task_routing"]["filters"][0]["targets"][0] |= {
        "order_by": "worker.level",
        "priority": 3,
        "skip_if": "1==1",
    }
    place = data.draw(st.sampled_from(list(places(workflow))[2:]))
    inner = workflow
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = data.draw(json_values)
    changed = replace(configuration, workflow=replace(configuration.workflow, configuration=workflow))
    documents = {name: json.loads(text) for name, text in render(changed).items()}
    found = lint_configuration(changed, documents)
    try:
        build_workspace(changed, Sids(1, "test"), 0.0)
    except ConfigurationError:
        assert any(each.kind.severity is Severity.ERROR for each in found)


def test_the_example_with_shifts_never_has_all_its_agents_on_break():
    configuration = generate(load_domain("harbour-bank"), Randomness(1), 20)
    documents = {name: json.loads(text) for name, text in render(configuration).items()}
    assert "FX066" not in [each.kind.code for each in lint_configuration(configuration, documents)]
