import dataclasses
import json

import pytest

from flexsim.domain.model import AgentPlan, Arrivals, Shift
from flexsim.ids import contact_id
from flexsim.people.contact import known_values
from flexsim.people.customer import Customers
from flexsim.randomness import Randomness

START = 1_767_571_200.0  # 2026-01-05T00:00Z


def first(domain, count, **more):
    customers = Customers(domain, Randomness(8), START, **more)
    return [customers.next() for _ in range(count)]


def test_the_same_seed_brings_the_same_customers(domain):
    assert first(domain, 20) == first(domain, 20)


def test_customers_come_in_order_and_carry_ids_of_the_seed(domain):
    arrived = first(domain, 50)
    moments = [at for at, _ in arrived]
    assert moments == sorted(moments)
    assert moments[0] > START
    assert [each.contact for _, each in arrived] == [contact_id(8, number) for number in range(50)]


def test_without_arrivals_the_gaps_are_those_drawn(domain):
    arrived = first(domain, 30)
    gaps = [at - before for (at, _), before in zip(arrived, [START, *(at for at, _ in arrived)], strict=False)]
    assert gaps == pytest.approx([each.values["arrivalGap"] for _, each in arrived])


def test_with_arrivals_the_rate_is_the_described_one(domain):
    steady = dataclasses.replace(domain, arrivals=Arrivals(rate_per_hour=720))
    last, _ = first(steady, 4000)[-1]
    assert 4000 / (last - START) * 3600 == pytest.approx(720, rel=0.05)


@pytest.mark.parametrize("arrivals", [None, Arrivals(rate_per_hour=10)])
def test_a_rate_handed_in_takes_the_place_of_the_described_one(domain, arrivals):
    last, _ = first(dataclasses.replace(domain, arrivals=arrivals), 4000, rate_per_hour=360)[-1]
    assert 4000 / (last - START) * 3600 == pytest.approx(360, rel=0.05)


def test_the_attributes_tell_the_values_back(domain):
    for _, contact in first(domain, 20):
        assert known_values(domain, contact.attributes) == contact.values


def test_a_task_says_who_contacts_whom_from_where(domain):
    _, contact = next((at, each) for at, each in first(domain, 20) if each.channel == "voice")
    attributes = contact.attributes
    assert attributes["direction"] == "inbound"
    assert attributes["from"] == attributes["caller"] == attributes["customers"]["phone"]
    assert attributes["to"] == attributes["called"] == "+15550001111"
    assert attributes["to_city"] == attributes["called_city"] == "Oakland"
    for end in ("from", "caller"):
        assert all(attributes[f"{end}_{part}"] for part in ("city", "state", "zip", "country"))
    assert "channelType" not in attributes


def test_a_text_task_says_on_which_channel_and_to_whom_to_answer(domain):
    _, contact = next((at, each) for at, each in first(domain, 20) if each.channel == "chat")
    attributes = contact.attributes
    assert attributes["channelType"] == "chat"
    assert attributes["customerName"] == attributes["name"] == attributes["customers"]["name"]
    assert attributes["customerAddress"] == attributes["from"]
    assert attributes["to"] == "+15550002222"  # the channel has no address of its own: the centre's


def test_insights_is_told_the_channel_the_direction_and_that_nobody_has_given_up_yet(domain):
    for _, contact in first(domain, 20):
        conversations = contact.attributes["conversations"]
        assert conversations["communication_channel"] == {"voice": "Call", "chat": "Chat"}[contact.channel]
        assert (conversations["direction"], conversations["initiated_by"]) == ("Inbound", "Customer")
        assert conversations["abandoned"] == "No"


def test_outside_the_shifts_it_is_not_in_business_hours(domain):
    plan = AgentPlan(shifts=(Shift(start=8 * 3600, end=16 * 3600, share=1.0),))
    (_, contact), *_ = first(dataclasses.replace(domain, agents=plan), 1)
    assert contact.attributes["conversations"]["in_business_hours"] == "No"


def test_a_customer_gives_up_after_its_patience_and_the_task_says_so(domain):
    (_, contact), *_ = first(domain, 1)
    giving_up = contact.giving_up()
    assert giving_up.delay == contact.patience == contact.values["abandonTime"]
    assert giving_up.attributes == {"conversations": {"abandoned": "Yes", "abandoned_phase": "Queue"}}


def test_attributes_fit_into_what_twilio_allows(domain):
    assert all(len(json.dumps(contact.attributes)) < 4096 for _, contact in first(domain, 50))


def test_who_a_customer_is_does_not_hang_on_those_before(domain):
    whole = [contact for _, contact in first(domain, 10)]
    customers = Customers(domain, Randomness(8), START)
    for _ in range(9):
        customers.arrive()  # nobody asks who they are
    _, last = customers.next()
    assert last == whole[-1]


def test_what_routing_reads_is_part_of_all_attributes_and_the_rest_is_named(domain):
    customers = Customers(domain, Randomness(8), START)
    for _ in range(20):
        contact, values = customers.arrive()
        lean, whole = customers.routing_attributes(contact, values), customers.attributes(contact, values, START)
        assert lean.items() <= whole.items()
        assert whole.keys() - lean.keys() <= customers.personal_names()
