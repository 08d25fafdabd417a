"""Reading a domain from files."""

import json
import re
from pathlib import Path

import pytest

from flexsim.domain.loading import (
    all_problems,
    defaults_folder,
    domain_from_json,
    load_domain,
    locale_file,
    locales,
    read_json,
)
from flexsim.domain.schema import schema_text
from flexsim.errors import ConfigurationError, DomainError

ORIGINAL = {  # a description as they have been written for the original: numeric texts, attribute names, bare ranges
    "brand": "ACME",
    "agentCnt": 10,
    "queueFilterDim": "subject",
    "queueWorkerDims": ["routing.skills"],
    "dimensions": {
        "talkTime": {"min": 20, "max": 40},
        "subject": {
            "options": {"all": ["Checking", "CreditCard"]},
            "optionParams": {"all": [{"portion": 0.4}, {"portion": 0.6}]},
        },
        "skills": {
            "entity": "workers",
            "attrName": "routing.skills",
            "valueCnt": 2,
            "options": {"all": ["Checking", "CreditCard"]},
        },
        "csat": {
            "dataType": "integer",
            "expr": "range",
            "min": 1,
            "max": 10,
            "phase": "complete",
            "influences": [{"factor": "waitTime", "effect": "shift", "amount": "-0.10"}],
        },
    },
}


def written(folder, document, name="domain.json"):
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize("locale", ["en-us", "es-es", "de-de", "fr-fr"])
def test_the_defaults_of_a_locale_are_a_domain(locale):
    domain = load_domain(None, locale)
    assert domain.locale == locale
    assert domain.agent_count == 20
    queues = [option.value for option in domain.dimensions[domain.queue_worker_dimensions[0]].all_options()]
    assert len(queues) == 3


def test_every_example_loads():
    examples = sorted(defaults_folder("domain").glob("examples/*"))
    assert examples
    for folder in examples:
        assert load_domain(folder).dimensions["csat"].phase == "complete"


def test_a_description_in_the_original_format_goes_on_working(tmp_path):
    domain = load_domain(written(tmp_path, ORIGINAL).parent)
    assert (domain.brand, domain.agent_count, domain.queue_worker_dimensions) == ("ACME", 10, ("skills",))
    assert (domain.dimensions["talkTime"].minimum, domain.dimensions["talkTime"].maximum) == (20.0, 40.0)
    assert domain.dimensions["csat"].influences[0].amount == -0.1
    assert "intent" not in domain.dimensions


def test_a_file_may_be_named_itself_and_a_byte_order_mark_does_no_harm(tmp_path):
    file = written(tmp_path, "\ufeff" + json.dumps(ORIGINAL), "mine.json")
    assert load_domain(file).brand == "ACME"


def test_a_locale_may_be_a_file_of_ones_own(tmp_path):
    defaults = read_json(locale_file("fr-fr")) | {"brand": "Chez nous"}
    domain = load_domain(None, str(written(tmp_path, defaults, "fr-ca.json")))
    assert (domain.brand, domain.locale) == ("Chez nous", "fr-ca")


def test_an_unknown_locale_lists_those_there_are():
    with pytest.raises(
        ConfigurationError, match=r"no such locale: 'en-uk'; there are 'de-de', 'en-us', 'es-es', 'fr-fr'"
    ):
        load_domain(None, "en-uk")


def test_a_locale_is_found_whatever_its_case():
    assert locale_file("DE_de") == locales()["de-de"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"brand": }', "is not JSON: expecting value at line 1, column 11"),
        ('{"agentCnt": NaN}', "is not JSON: NaN is not a number that JSON knows"),
        ("[" * 100_000, "is not JSON"),
        ('{"center": {"city": "Bern", "zip": "1", "city": "Basel"}}', "says 'city' twice in one object"),
        ("[]", "is not an object"),
    ],
)
def test_a_file_that_is_not_a_json_object_is_refused_by_name(tmp_path, text, message):
    file = written(tmp_path, text)
    with pytest.raises(ConfigurationError, match=message) as refusal:
        load_domain(file)
    assert str(file) in str(refusal.value)


def test_a_file_that_is_not_there_or_not_text_is_refused_by_name(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no such file: .*domain\.json"):
        load_domain(tmp_path)
    (tmp_path / "domain.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"cannot read .*domain\.json"):
        load_domain(tmp_path)


def test_faults_of_form_and_of_meaning_are_reported_together(tmp_path):
    file = written(
        tmp_path,
        {
            "brnad": "x",
            "agentCnt": 0,
            "arrivals": {"ratePerHour": 5, "weekday": [1, 2]},
            "dimensions": {"talkTime": {"min": 9, "max": 3}, "wrapTime": {"curve": "bel"}},
        },
    )
    with pytest.raises(DomainError) as refusal:
        load_domain(file)
    assert refusal.value.where == str(file)
    assert sorted(refusal.value.problems) == [
        "$.agentCnt: 0 is less than 1",
        "$.arrivals.weekday: has 2 multipliers; 7 make a week, from Monday",
        "$.brnad: unknown property 'brnad'; did you mean 'brand'?",
        "$.dimensions.talkTime: min 9 is greater than max 3",
        "$.dimensions.wrapTime.curve: 'bel' is not one of 'uniform', 'bell', 'exponential', 'lognormal'; did you mean 'bell'?",
    ]


@pytest.mark.parametrize(
    "broken",
    [{"options": {"all": []}}, {"options": 3}, {"influences": [{"factor": "abandonTime"}]}, {"entity": "task"}, 7],
)
def test_what_is_ill_formed_causes_no_second_problem(document, broken):
    document["dimensions"]["topic"] = broken if isinstance(broken, int) else document["dimensions"]["topic"] | broken
    assert len(all_problems(document, {})) == 1


def test_a_whole_document_needs_no_defaults(document):
    assert domain_from_json(document).brand == "Tidewater"
    del document["brand"]
    with pytest.raises(DomainError, match=r"metadata\.json is not a valid domain description:\n  \$: lacks 'brand'"):
        domain_from_json(document, "metadata.json")


GUIDE = (Path(__file__).parents[2] / "docs" / "domain.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))
def test_every_example_of_the_guide_loads_over_every_locale(tmp_path, example):
    file = written(tmp_path, example)
    for locale in locales():
        load_domain(file, locale)


def test_the_guide_names_every_property():
    schema = json.loads(schema_text())
    holders = [schema, *schema["$defs"].values()]
    names = {name for holder in holders for name in holder["properties"]}
    assert [name for name in sorted(names) if f"`{name}`" not in GUIDE and f'"{name}"' not in GUIDE] == []
