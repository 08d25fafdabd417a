"""A small domain, built by hand so that these tests depend on nothing but the model."""

import pytest

from flexsim.domain.model import Center, Customers, Dimension, Domain, Influence, Option, ServiceLevel


def _range(name, phase, minimum, maximum, **more):
    settings = {"entity": "tasks", "expr": "range", "data_type": "number", "curve": "bell", "is_attribute": False}
    settings |= more
    return Dimension(
        name=name, phase=phase, minimum=minimum, maximum=maximum, attribute_name=more.pop("path", name), **settings
    )


def _enum(name, entity, phase, options, **more):
    return Dimension(
        name=name,
        entity=entity,
        phase=phase,
        expr="enum",
        data_type="string",
        curve="uniform",
        attribute_name=more.pop("attribute_name", name),
        options={None: tuple(Option(value=v, portion=p, params=params) for v, p, params in options)},
        **more,
    )


@pytest.fixture
def domain():
    stays = [
        ("Available", 0.8, {"baseDur": 600}),
        ("Break", 0.15, {"baseDur": 300}),
        ("Unavailable", 0.05, {"baseDur": 60}),
    ]
    channels = [("voice", 0.5, {"address": "+15550001111"}), ("chat", 0.5, {})]
    slower = Influence(factor="patience_class", effect="shift", amount=10.0)
    dimensions = [
        _range("arrivalGap", "arrive", 5, 25),
        _enum("channel", "tasks", "arrive", channels, is_attribute=False),
        _enum("intent", "tasks", "arrive", [("buy", 0.5, {}), ("ask", 0.5, {})], attribute_name="request.intent"),
        _range("patience_class", "arrive", 0, 10),
        _range("abandonTime", "arrive", 60, 180),
        _range("waitTime", "assign", 0, 600),
        _range("talkTime", "assign", 50, 450, influences=(slower,)),
        _range("wrapTime", "assign", 10, 50),
        _range("csat", "complete", 1, 5, is_attribute=True),
        _enum("activity", "workers", "activity", stays, is_attribute=False),
    ]
    return Domain(
        brand="acme",
        agent_count=10,
        queue_filter_dimension="intent",
        queue_worker_dimensions=("intent",),
        center=Center(country="US", state="CA", city="Oakland", zip="94601", agents_phone="+15550002222"),
        customers=Customers(country="US", phone_format="+1##########"),
        dimensions={each.name: each for each in dimensions},
        service_level=ServiceLevel(),
        locale="en-us",
    )
