"""Days are found in text, in any form that a language has."""

import re

from flexsim.voice.dialogue.calendar_days import days_in

FORMS = ((re.compile(r"(\d+) (\w+) (\d{4})"), "dmy"), (re.compile(r"(\d{4})-(\d\d)-(\d\d)"), "ymd"))
MONTHS = ("january", "february", "march")


def test_months_are_names_their_beginnings_or_numbers():
    assert days_in("12 march 1984, 5 feb 1990, 2001-01-31", FORMS, MONTHS) == ("1984-03-12", "1990-02-05", "2001-01-31")


def test_what_is_no_day_is_left_out():
    assert days_in("30 february 1984 and 2001-13-01", FORMS, MONTHS) == ()


def test_what_is_no_month_is_left_out():
    assert days_in("12 apples 1984", FORMS, MONTHS) == ()


def test_months_that_begin_alike_are_told_apart():
    months = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet")
    assert days_in("2 juillet 1990, 3 juin 1990", FORMS, months) == ("1990-07-02", "1990-06-03")
