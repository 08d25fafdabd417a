"""What tasks and workers can have: every contact that is drawn is within it, and what nobody has is unknown."""

import math

import pytest

from flexsim.configuration.generate import generate
from flexsim.domain.loading import examples, load_domain, locales
from flexsim.people.customer import Customers
from flexsim.randomness import Randomness
from flexsim.routecheck.possible import ANYTHING, MISSING, Possible
from flexsim.routecheck.universe import tasks_of, workers_of


def leaves(value, above=()):
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from leaves(inner, (*above, name))
        else:
            yield (*above, name), inner


def is_within(possible, value):
    """Whether the value is one of the possible ones, by what the fields of Possible say."""
    if isinstance(value, list):
        options = possible.lists_of or ()
        return 1 <= len(value) <= possible.longest and all(each in options for each in value)
    if value in possible.scalars and any(type(each) is type(value) for each in possible.scalars):
        return True
    if isinstance(value, str):
        return possible.any_text
    if value == {}:
        return possible.any_object or possible == ANYTHING
    low, high = possible.numbers or (math.inf, -math.inf)
    return low <= value <= high and (not possible.whole or float(value).is_integer())


@pytest.mark.parametrize("example", [None, *examples()])
@pytest.mark.parametrize("locale", locales())
def test_every_attribute_of_every_contact_is_known_and_within(locale, example):
    domain = load_domain(example, locale)
    tasks = tasks_of(domain)
    customers = Customers(domain, Randomness(3), 1_767_600_000.0)
    for _ in range(100):
        attributes = customers.next()[1].attributes
        for path, value in leaves(attributes):
            assert tasks.knows(path), path
            assert is_within(tasks(path), value), (path, value)
        there = {path for path, _ in leaves(attributes)}
        for path in (tuple(name.split(".")) for name in tasks.names()):
            assert path in there or tasks(path).missing, path


@pytest.mark.parametrize("seed", [1, 2])
def test_every_attribute_of_every_worker_is_known_and_within(seed):
    workers = generate(load_domain("harbour-bank"), Randomness(seed)).workers
    known = workers_of(each.attributes for each in workers)
    for worker in workers:
        for path, value in leaves(worker.attributes):
            assert known.knows(path)
            assert is_within(known(path), value), (path, value)


def test_what_some_workers_lack_may_be_missing():
    known = workers_of([{"a": 1}, {"b": ["x"]}, {"b": None}])
    assert known(("a",)) == Possible(missing=True, scalars=(1,))
    assert known(("b",)).missing
    assert known(("b",)).lists_of == ("x",)


def test_what_is_beside_the_known_is_anything_and_inside_it_nothing():
    tasks = tasks_of(load_domain(None))
    assert tasks(("topic",)) == Possible(scalars=("Sales", "Service", "Support"))
    assert not tasks.knows(("topik",))
    assert tasks(("topik",)) == ANYTHING
    assert tasks.knows(("topic", "x"))
    assert tasks(("topic", "x")) == MISSING
    assert tasks(("conversations",)) == Possible(any_object=True)
    assert tasks.knows(("call_sid",))
    assert tasks(("call_sid",)) == ANYTHING


def test_an_entry_of_a_list_is_one_of_its_options_or_missing():
    known = workers_of([{"skills": ["a", "b"]}])
    assert known(("skills", 0)) == Possible(missing=True, scalars=("a", "b"))
