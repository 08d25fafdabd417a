"""The centre of the benchmarks: 500 agents in shifts, 20 skill queues and an overflow, two channels, three targets a filter."""

import dataclasses

from flexsim.configuration.generate import generate
from flexsim.configuration.records import Configuration, QueuePlan, WorkflowPlan
from flexsim.domain.loading import domain_from_json, load_domain
from flexsim.domain.merging import merge
from flexsim.domain.writing import domain_to_json
from flexsim.randomness import Randomness

MIDNIGHT = 1_767_571_200.0  # 2026-01-05T00:00Z, a Monday
SKILLS = [f"skill{number:02d}" for number in range(20)]

# Twelve busy hours, in two shifts that overlap at the peak.
PROFILE = [0, 0, 0, 0, 0, 0, 0, 0.3, 0.5, 0.55, 0.55, 0.55, 1, 1, 1, 1, 0.55, 0.55, 0.5, 0.45, 0.3, 0, 0, 0]


def description(contacts: int) -> dict:
    return {
        "brand": "Bench",
        "queueFilterDim": "skill",
        "queueWorkerDims": ["skills"],
        "serviceLevel": {"threshold": 20, "target": 0.8},
        "arrivals": {"ratePerHour": contacts / sum(PROFILE), "profile": PROFILE},
        "agents": {
            "shifts": [
                {"start": "07:00", "end": "16:00", "share": 0.5, "breaks": [{"at": "11:00", "minutes": 30}]},
                {"start": "12:00", "end": "21:00", "share": 0.5, "breaks": [{"at": "17:00", "minutes": 30}]},
            ]
        },
        "dimensions": {
            "channel": {
                "options": {"all": ["voice", "chat"]},
                "optionParams": {"all": [{"portion": 0.667, "baseCapacity": 1}, {"portion": 0.333, "baseCapacity": 2}]},
            },
            "abandonTime": {"curve": "exponential", "mean": 300, "min": 0, "max": 3600},
            "talkTime": {"curve": "lognormal", "mean": 150, "cv": 0.8, "min": 5, "max": 3600},
            "wrapTime": {"curve": "exponential", "mean": 30, "min": 0, "max": 600},
            "activity": {
                "options": {"all": ["Available", "Unavailable", "Break"]},
                "optionParams": {
                    "all": [
                        {"portion": 0.92, "baseDur": 3600},
                        {"portion": 0.03, "baseDur": 180},
                        {"portion": 0.05, "baseDur": 600},
                    ]
                },
            },
            "skill": {"options": {"all": SKILLS}},
            "language": {
                "options": {"all": ["en", "es"]},
                "optionParams": {"all": [{"portion": 0.75}, {"portion": 0.25}]},
            },
            "skills": {"entity": "workers", "valueCnt": 2, "options": {"all": SKILLS}},
            "languages": {"entity": "workers", "valueCnt": 2, "options": {"all": ["en", "es"]}},
        },
    }


def busy_day(contacts: int, agents: int = 500) -> Configuration:
    """``contacts`` in one day from ``MIDNIGHT`` on, on average; at 500 agents, 100,000 keep them at nine tenths."""
    defaults = domain_to_json(load_domain(None))
    for name in ("topic", "intent", "skill"):
        del defaults["dimensions"][name]
    domain = domain_from_json(merge(defaults, description(contacts)))
    made = generate(domain, Randomness(1), agents)
    queues = tuple(QueuePlan(name=skill, target_workers=f"skills HAS '{skill}'") for skill in SKILLS)
    filters = [
        {
            "expression": f"skill == '{skill}'",
            "targets": [
                {"queue": skill, "expression": "worker.languages HAS task.language", "timeout": 30},
                {"queue": skill, "priority": 5, "timeout": 60},
                {"queue": "Everyone", "priority": 10},
            ],
        }
        for skill in SKILLS
    ]
    document = {"task_routing": {"filters": filters, "default_filter": {"queue": "Everyone"}}}
    workflow = WorkflowPlan(name="Main", configuration=document, reservation_timeout=120)
    return dataclasses.replace(made, queues=queues, workflow=workflow)
