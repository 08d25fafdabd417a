"""Reservations whose task or worker is not known do not bring the audit down, nor are they told of again and again."""

import json

from .runs import audited, records, story, written


def test_a_reservation_of_strangers_is_told_once_for_each():
    found = records(story())
    strange = [{**each, "task": "WTnone", "worker": "WKnone"} if each["seq"] == 88 else each for each in found]
    names = [each.law.name for each in audited(written(strange), None).violations]
    assert names == ["known", "known", "figures"]


def test_what_follows_such_a_reservation_is_followed():
    found = records(story())
    for seq in (33, 34, 48):
        found[seq]["worker"] = "WKnone"
    names = [each.law.name for each in audited(written(found), None).violations]
    assert names == ["known", "figures"]


def test_events_of_every_kind_about_strangers_break_laws_and_nothing_else():
    """Each type of event, about things that nobody created: told of, never an error."""
    for record in records(story()):
        alone = {**record, "seq": 0}
        assert not audited([json.dumps(alone) + "\n"], None).passed
