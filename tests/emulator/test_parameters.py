"""Every parameter that Twilio documents is read by its operation, and a wrong value of it is refused by name.

What is documented is read from Twilio's own file; what is read, from the handlers themselves as they run.
"""

from urllib.parse import urlencode, urlsplit

import pytest

from flexsim.emulator.call import Call
from flexsim.emulator.exchange import Request
from flexsim.emulator.params import Parameters
from flexsim.emulator.routes import ROUTES, find
from flexsim.errors import RoutingError
from tests.emulator.conftest import BASE
from tests.emulator.test_openapi import requests
from tests.emulator.twilio import FILE, read_description

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"Twilio's OpenAPI description is not at {FILE}")

JUNK = "!junk"

# Parameters of which Twilio says that any other value is false, or that mean something whatever they hold.
NEVER_WRONG = {
    ("CreateActivity", "Available"): "all other values specify that it is not",
}
# What a JSON body is read by is not a form; its test is in tests/emulator/handlers.
JSON_BODIES = {"CreateTaskQueueBulkRealTimeStatistics"}


class Names(dict):
    """Parameters as sent; ``read`` holds the names that somebody has asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def get(self, name, otherwise=None):
        self.read.add(name)
        return super().get(name, otherwise)

    def __contains__(self, name):
        self.read.add(name)
        return super().__contains__(name)


class Watched(Parameters):
    def __init__(self, encoded):
        super().__init__(encoded)
        self._values = Names(self._values)

    @property
    def read(self):
        return self._values.read


class WatchedCall(Call):
    """Remembers what the handler reads of the request."""

    def __init__(self, *args):
        super().__init__(*args)
        self.form = Watched(self.request.body.decode())
        self.query = Watched(self.request.query)
        self.headers = set()

    @property
    def version(self):
        self.headers.add("If-Match")
        return super().version


class Asked:
    """One request, and what became of it."""

    def __init__(self, site, operation, where, name):
        method, address, form = self.example(site, operation)
        parts = urlsplit(address if address.startswith(("/v1", "http")) else site.workspace.path + address)
        encoded = urlencode(form | ({name: JUNK} if where == "form" else {}))
        request = Request(
            method=method,
            path=parts.path,
            query=f"{name}={JUNK}" if where == "query" else "",
            body=encoded.encode(),
            if_match=JUNK if where == "header" else None,
            base_url=BASE,
        )
        handler, sids = find(method, parts.path)
        call = WatchedCall(site.host, site.alerts, request, site.account, sids)
        try:
            handler(call)
            self.refusal = None
        except RoutingError as error:
            self.refusal = error
        self.read = call.headers if where == "header" else call.form.read if where == "form" else call.query.read

    @staticmethod
    def example(site, operation):
        """A request that succeeds: all those that come before it have been made."""
        for name, method, address, form in requests(site):
            if name == operation:
                return method, address, form
            site.call(method, address, form)
        raise AssertionError(f"no example of {operation}")


@pytest.fixture(scope="module")
def description():
    return read_description()


def is_typed(schema):
    """Whether there is such a thing as a wrong value."""
    return (
        bool({"enum", "pattern", "format"} & schema.keys())
        or schema.get("type") in {"integer", "boolean"}
        or (schema.get("type") == "array" and "$ref" in schema["items"])
    )


@pytest.mark.parametrize("operation", [route.operation for route in ROUTES if route.operation not in JSON_BODIES])
def test_every_documented_parameter_is_read_and_a_wrong_value_refused_by_name(new_site, description, operation):
    for where, name, schema in description.parameters(operation):
        asked = Asked(new_site(), operation, where, name)
        assert name in asked.read, f"{operation} does not read {name}"
        if not is_typed(schema) or (operation, name) in NEVER_WRONG:
            continue
        assert asked.refusal is not None, f"{operation} takes {name}={JUNK}"
        if where == "header":
            assert asked.refusal.status == 412
        else:
            assert (asked.refusal.status, asked.refusal.code) == (400, 20001)
            assert name in str(asked.refusal)
            assert JUNK in str(asked.refusal)


def test_a_parameter_that_nobody_knows_changes_nothing(site):
    for operation, method, address, form in requests(site):
        answer = site.call(method, address, form | {"NoSuchParameter": JUNK})
        assert answer.status < 300, f"{operation} answered {answer.status}: {answer.json}"


def test_every_answer_that_twilio_declares_with_an_etag_has_one_but_lists(site, description):
    """What the version of a list would be, no page says."""
    for operation, method, address, form in requests(site):
        answer = site.call(method, address, form)
        declared = description.operations[operation][2]["responses"][str(answer.status)].get("headers", {})
        if "etag" in {name.lower() for name in declared} and not operation.startswith("List"):
            assert answer.headers.get("etag", "").strip('"').isdecimal(), operation


def test_no_exception_is_out_of_date(description):
    for operation, name in NEVER_WRONG:
        assert name in {each for _, each, _ in description.parameters(operation)}
