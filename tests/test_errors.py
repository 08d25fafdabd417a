"""The error tree: as drawn, with the exit codes of the design."""

import inspect
import re

import pytest

from flexsim import errors

LEAVES = {name: each for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, Exception)}


def test_the_tree_at_the_top_of_the_file_is_the_tree():
    drawn = re.findall(r"^    ([│├└─ ]*)(\w+) +\S", errors.__doc__, re.MULTILINE)
    assert [name for _, name in drawn] == [each for each in LEAVES if each in {name for _, name in drawn}]
    assert {name for _, name in drawn} == set(LEAVES)
    parents = []
    for bars, name in drawn:
        depth = len(bars) // 4
        del parents[depth:]
        if parents:
            assert LEAVES[name].__base__.__name__ == parents[-1]
        parents.append(name)


@pytest.mark.parametrize("name", LEAVES)
def test_every_error_has_one_root_and_an_exit_code_of_the_design(name):
    assert issubclass(LEAVES[name], errors.FlexsimError)
    assert LEAVES[name].exit_code in {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.CheckFailed, 1), (errors.ConfigurationError, 2), (errors.DomainError, 2), (errors.ExpressionError, 2), (errors.ThresholdError, 2),
        (errors.TargetUnreachable, 3), (errors.TargetRefused, 3), (errors.RoutingError, 4), (errors.FlexsimError, 4),
    ],
)  # fmt: skip
def test_exit_codes_say_whose_fault_it_is(error, code):
    assert error.exit_code == code


def test_a_domain_error_holds_every_problem():
    error = errors.DomainError("domain.json", ["one", "two"])
    assert error.problems == ("one", "two")
    assert str(error) == "domain.json is not a valid domain description:\n  one\n  two"


def test_an_expression_error_shows_the_position_counted_from_one():
    error = errors.ExpressionError("expected a value", expression="a ==", position=4)
    assert error.position == 4
    assert str(error) == "expected a value at character 5 of: a =="


def test_a_refusal_holds_status_and_code():
    error = errors.TargetRefused("no such worker", status=404, code=20404)
    assert (str(error), error.status, error.code) == ("no such worker", 404, 20404)


def test_routing_errors_carry_twilios_status_and_code():
    assert [(each.status, each.code) for each in (
        errors.InvalidInput, errors.UnknownResource, errors.ReservationRescinded, errors.VersionMismatch,
    )] == [(400, 20001), (404, 20404), (410, 20410), (412, 20412)]  # fmt: skip
