"""Signatures: Twilio's own validator accepts ours, and only ours."""

import pytest
from twilio.request_validator import RequestValidator

from flexsim.emulator.signing import signature

FORM = {"TaskAttributes": '{"name": "Jürgen", "x": [1, 2]}', "AccountSid": "AC1", "a": "", "Zeta": "+ &=%"}
URLS = ["http://127.0.0.1:3000/reservation", "https://example.com/a%20b?x=1&y=%C3%BC", "http://example.com"]


@pytest.mark.parametrize("url", URLS)
def test_twilios_validator_accepts_the_signature(url):
    assert RequestValidator("token").validate(url, FORM, signature("token", url, FORM))


def test_another_token_address_or_form_makes_another_signature():
    validator = RequestValidator("token")
    right = signature("token", URLS[0], FORM)
    assert not RequestValidator("other").validate(URLS[0], FORM, right)
    assert not validator.validate(URLS[1], FORM, right)
    assert not validator.validate(URLS[0], {**FORM, "AccountSid": "AC2"}, right)
