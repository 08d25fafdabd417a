"""Whatever stands in a file that somebody wrote: it is read, or refused in words."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsim.configuration.files import read_configuration, render
from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.measure.thresholds import parse as parse_threshold
from flexsim.randomness import Randomness
from flexsim.routecheck.cases import read_suite
from flexsim.routecheck.sources import read_text
from flexsim.settings import read_settings
from flexsim.staffing.forecast import read_forecast
from flexsim.taskrouter.expressions import parse as parse_expression
from flexsim.taskrouter.workflow import parse_routing
from flexsim.traces.mix import parse as parse_mix

from .damage import WORST, damaged, distorted, survives, written

ROOT = Path(__file__).parents[2]
BANK = (ROOT / "domain/examples/harbour-bank/domain.json").read_bytes()
ROUTES = (ROOT / "docs/routing.yaml").read_bytes()
CONFIGURATION = {name: text.encode() for name, text in render(generate(load_domain(None), Randomness(1), 3)).items()}
ENVIRONMENT = b"# a comment\nACCOUNT_SID=AC123\nAUTH_TOKEN='a b'\nexport RANDOM_SEED=7\nTOOL_BASE=\"http://x:1/\"\nASSIGN_URL=http://[::1]/\n"
MIX = b"rate: 2\ntimezone: Europe/Madrid\nprofile: [1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 10, 9, 9, 10, 11, 11, 10, 8, 6, 4, 3, 2, 1, 1]\ntraces:\n  - scenario: fanout\n    weight: 3\n    set: {fanout: 50}\n  - react\n"
FORECASTS = (
    b"start,calls,aht\n09:00,10,300\n09:30,12,310\n",
    b"2026-01-05 09:00;10\n2026-01-05 09:30;1,5\n",
    b"23:30\t1\n00:00\t2\n",
)
THRESHOLDS = (b"p95(wait) > 30 s where queue = 'a \\' b'", b"service_level < 80%", b"abandoned >= 1e3")
EXPRESSIONS = (
    b"a.b[0] == 'x' AND NOT (c IN ['y', 1] OR d HAS -1.5e3)",
    b'name CONTAINS "\xc3\xa9" OR level > worker.level',
)
ROUTING = json.loads(CONFIGURATION["workflow.json"])["configuration"]

in_one_folder = settings(
    derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def put(folder, name, content):
    file = folder / name
    file.write_bytes(content)
    return file


@in_one_folder
@given(damaged([BANK]) | distorted(json.loads(BANK)).map(written))
def test_a_domain(tmp_path, content):
    survives(load_domain, put(tmp_path, "domain.json", content))


@in_one_folder
@given(st.sampled_from(sorted(CONFIGURATION)).flatmap(lambda name: st.tuples(
    st.just(name), damaged([CONFIGURATION[name]]) | distorted(json.loads(CONFIGURATION[name])).map(written))))  # fmt: skip
def test_a_configuration(tmp_path, damage):
    name, content = damage
    for each, right in CONFIGURATION.items():
        put(tmp_path, each, content if each == name else right)
    survives(read_configuration, tmp_path)


@in_one_folder
@given(damaged([ENVIRONMENT]))
def test_an_env_file(tmp_path, content):
    survives(read_settings, put(tmp_path, ".env", content), {})


@in_one_folder
@given(damaged([ROUTES]))
def test_routing_tests(tmp_path, content):
    survives(lambda: read_suite(read_text(put(tmp_path, "routing.yaml", content)), "routing.yaml"))


@given(damaged([MIX]))
def test_a_mix(content):
    survives(parse_mix, content.decode("utf-8", "replace"), "mix.yaml")


@given(damaged(FORECASTS), st.none() | st.just(300.0), st.none() | st.just(1800.0))
def test_a_forecast(content, aht, seconds):
    survives(read_forecast, content.decode("utf-8", "replace"), "day.csv", aht=aht, seconds=seconds)


@given(damaged(THRESHOLDS))
def test_a_threshold(content):
    survives(parse_threshold, content.decode("utf-8", "replace"))


@given(damaged(EXPRESSIONS))
def test_an_expression(content):
    found = survives(parse_expression, content.decode("utf-8", "surrogateescape"))
    if found is not None:
        assert found.matches({"a": {"b": ["x"]}, "c": 1, "d": [None], "name": {}}) in {True, False}


@given(damaged([json.dumps(ROUTING).encode()]) | distorted(ROUTING).map(written))
def test_a_workflow(content):
    survives(parse_routing, content.decode("utf-8", "replace"), lambda _: 1)


BOMB = (
    b"a: &a ["
    + b"x, " * 9
    + b"x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (i, i, b", ".join([b"*%c" % (i - 1)] * 9)) for i in range(98, 106))
)


@pytest.mark.parametrize("content", [*WORST, BOMB, BOMB + b"profile: *i\ntraces: *i\n"], ids=range(len(WORST) + 2))
def test_the_worst_of_files(tmp_path, content):
    put(tmp_path, ".env", content)
    survives(load_domain, put(tmp_path, "domain.json", content))
    survives(read_settings, tmp_path / ".env", {})
    text = content.decode("utf-8", "replace")
    survives(read_suite, text, "routing.yaml")
    survives(parse_mix, text, "mix.yaml")
    survives(read_forecast, text, "day.csv", aht=None, seconds=None)
    survives(parse_threshold, text)
    survives(parse_expression, text)
    survives(parse_routing, text, lambda _: 1)
