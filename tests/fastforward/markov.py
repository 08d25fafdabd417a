"""Centres that Erlang could have drawn: Poisson arrivals, exponential handle times and patience, agents who never leave."""

import dataclasses
import json

from flexsim.configuration.generate import generate
from flexsim.domain.loading import domain_from_json, locale_file
from flexsim.randomness import Randomness

FOREVER = 1e7  # seconds of patience


def markov_centre(calls_per_hour, handle_time, skills, *, patience=None, agents=10):
    """``skills``: share of the calls by skill; every agent has one, or two where there are more. Talk is all of handling."""
    document = json.loads(locale_file("en-us").read_text(encoding="utf-8"))
    dimensions = document["dimensions"]
    options = {"all": list(skills)}
    shares = {"all": [{"portion": share} for share in skills.values()]}
    del dimensions["intent"]
    dimensions["topic"] |= {"options": options, "optionParams": shares}
    dimensions["skill"] |= {"options": options, "optionParams": shares, "valueCnt": min(2, len(skills))}
    dimensions["channel"] |= {
        "options": {"all": ["voice"]},
        "optionParams": {"all": [{"portion": 1, "baseCapacity": 1}]},
    }
    dimensions["activity"] |= {
        "options": {"all": ["Available"]},
        "optionParams": {"all": [{"portion": 1, "baseDur": 100_000}]},
    }
    for name, mean in (("talkTime", handle_time), ("wrapTime", 1e-6), ("abandonTime", patience or FOREVER)):
        dimensions[name] = {
            **{key: dimensions[name][key] for key in ("entity", "phase", "isAttribute", "expr", "dataType")},
            "curve": "exponential", "mean": mean, "min": 0, "max": 1e9,
        }  # fmt: skip
    document["arrivals"] = {"ratePerHour": calls_per_hour}
    configuration = generate(domain_from_json(document), Randomness(1), agents)
    targets = {"task_routing": dict(configuration.workflow.configuration["task_routing"])}
    for each in targets["task_routing"]["filters"]:
        each["targets"] = [{"queue": each["targets"][0]["queue"]}]  # who waits, waits for as long as patience lasts
    workflow = dataclasses.replace(configuration.workflow, configuration=targets)
    return dataclasses.replace(configuration, workflow=workflow)


def skilled(configuration, *skills):
    """The configuration with agents of just these lists of skills."""
    models = configuration.workers * len(skills)
    return dataclasses.replace(
        configuration,
        workers=tuple(
            dataclasses.replace(model, name=f"A{number}", attributes={"routing": {"skills": list(each), "levels": {}}})
            for number, (each, model) in enumerate(zip(skills, models, strict=False))
        ),
    )
