"""Errors as answers."""

import asyncio
from types import SimpleNamespace

import pytest

from flexsim.errors import (
    ConfigurationError,
    Conflict,
    FlexsimError,
    StoreUnreachable,
    TargetRefused,
    TargetUnreachable,
    UnknownSession,
)
from flexsim.workforce.api.answers import of_flexsim, problems

REQUEST = SimpleNamespace(state=SimpleNamespace(request_id="mine"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownSession("x"), 404),
        (ConfigurationError("x"), 422),
        (Conflict("x"), 409),
        (StoreUnreachable("x"), 503),
        (TargetUnreachable("x"), 502),
        (TargetRefused("x", status=500), 502),
    ],
)
def test_each_kind_of_error_has_its_status(error, status):
    answer = asyncio.run(of_flexsim(REQUEST, error))
    assert (answer.status_code, answer.body) == (status, b'{"error":"x","request_id":"mine"}')
    assert ("retry-after" in answer.headers) is (status in {409, 503})


def test_an_error_without_a_status_is_a_fault_of_ours():
    with pytest.raises(FlexsimError):
        asyncio.run(of_flexsim(REQUEST, FlexsimError("x")))


def test_every_operation_may_say_what_any_may_say():
    assert set(problems(409)) == {400, 401, 409, 413, 422, 429, 503}
