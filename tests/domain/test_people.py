"""People who do not exist."""

import dataclasses
import re

import pytest

from flexsim.domain.loading import load_domain, locales
from flexsim.domain.people import Directory, faker_locale
from flexsim.randomness import Randomness


def directory(domain, seed=1):
    return Directory(domain, Randomness(seed).generator("people"))


@pytest.mark.parametrize("locale", locales())
def test_the_same_generator_gives_the_same_people_in_every_locale(locale):
    domain = load_domain(None, locale)
    first, second, other = (directory(domain, seed) for seed in (1, 1, 2))
    people = [first.customer() for _ in range(5)]
    assert people == [second.customer() for _ in range(5)]
    assert people != [other.customer() for _ in range(5)]


def test_a_phone_number_follows_the_format(domain):
    customers = dataclasses.replace(domain.customers, phone_format="+49 (15##) ###-#")
    phone = directory(dataclasses.replace(domain, customers=customers)).customer().phone
    assert re.fullmatch(r"\+49 \(15\d\d\) \d{3}-\d", phone)


def test_a_customer_lives_somewhere(domain):
    customer = directory(domain).customer()
    assert customer.country == "US"
    assert all((customer.name, customer.city, customer.state, customer.zip))


def test_one_more_agent_leaves_the_names_of_the_others(domain):
    few, many = directory(domain), directory(domain)
    assert [few.agent_name() for _ in range(3)] == [many.agent_name() for _ in range(4)][:3]


def test_names_are_of_the_locale():
    french = {directory(load_domain(None, "fr-fr"), seed).agent_name() for seed in range(20)}
    english = {directory(load_domain(None, "en-us"), seed).agent_name() for seed in range(20)}
    assert not french & english


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en-us", "en_US"),
        ("de_AT", "de_AT"),
        ("es-sp", "es_ES"),
        ("fr", "fr_FR"),
        ("xx-yy", "en_US"),
        ("", "en_US"),
        ("my-defaults", "en_US"),
    ],
)
def test_an_unknown_locale_is_the_same_language_elsewhere_or_us_english(locale, expected):
    assert faker_locale(locale) == expected
