"""Accounts: who is let in, and as whom."""

import base64
import re

import pytest

from flexsim.emulator.accounts import NO_CREDENTIALS, UNKNOWN_USER, WRONG_TOKEN, Accounts
from flexsim.errors import NotAuthenticated


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_account_sid_and_token_let_in():
    accounts = Accounts(seed=1)
    first, second = accounts.add(), accounts.add()
    assert accounts.authenticate(basic(f"{first.sid}:{first.token}")) is first
    assert accounts.authenticate(basic(f"{second.sid}:{second.token}")) is second


def test_an_api_key_stands_for_its_account():
    accounts = Accounts(seed=1)
    accounts.add()
    account = accounts.add()
    sid, password = accounts.add_key(account)
    assert sid.startswith("SK")
    assert accounts.authenticate(basic(f"{sid}:{password}")) is account


def test_the_seed_decides_sids_and_tokens():
    one, again, other = (Accounts(seed).add() for seed in (1, 1, 2))
    assert (one.sid, one.token) == (again.sid, again.token)
    assert one.sid != other.sid
    assert one.token != other.token
    assert re.fullmatch("AC[0-9a-f]{32}", one.sid)


@pytest.mark.parametrize("header", [None, "", "Bearer x", "Basic", "Basic %%%", "Basic ÿ"])
def test_no_usable_credentials_are_said_to_be_missing(header):
    accounts = Accounts(seed=1)
    accounts.add()
    with pytest.raises(NotAuthenticated, match=NO_CREDENTIALS):
        accounts.authenticate(header)


def test_a_wrong_token_and_an_unknown_user_are_refused():
    accounts = Accounts(seed=1)
    account, other = accounts.add(), accounts.add()
    for password in ("", account.token[:-1], other.token, account.token + "x", "ü"):
        with pytest.raises(NotAuthenticated, match=WRONG_TOKEN):
            accounts.authenticate(basic(f"{account.sid}:{password}"))
    with pytest.raises(NotAuthenticated, match=UNKNOWN_USER):
        accounts.authenticate(basic(f"AC00:{account.token}"))


def test_a_token_is_not_shown_when_an_account_is_printed():
    account = Accounts(seed=1).add()
    assert account.token not in repr(account)
