"""What the parts share: one core, plans, and figures of a list."""

import os
from pathlib import Path

from flexsim.voice.conversation.casting import Plan
from flexsim.voice.conversation.choosing import agent_of, caller_of, scenario_of
from flexsim.voice.conversation.rules import Rules

CASES = (("typical", "lost-card"), ("hurried", "balance"), ("elderly", "transfer"), ("frustrated", "lost-card"))


def on_one_core():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def plans(rules=None, **more):
    """One of each case, always with the same voices."""
    found = []
    for caller, scenario in CASES:
        chosen = scenario_of(scenario)
        usual = {"caller": caller_of(caller), "scenario": chosen, "agent": agent_of(None, chosen), "seed": 7}
        found.append(Plan(**usual, rules=rules or Rules(), **more))
    return found


def resident():
    """MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def at(values, share):
    """The value below which this share of them is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Unrecorded:
    """A recording that keeps nothing."""

    def sound(self, caller, agent):
        pass

    def event(self, at, side, direction, event):
        pass

    def said(self, utterance):
        pass

    def called(self, call):
        pass

    def marked(self, start, end, text):
        pass
