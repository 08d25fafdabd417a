"""What goes over the wire, byte by byte, through a real socket."""

import asyncio
import json

import pytest
import requests

from flexsim.emulator.routes import ROUTES
from flexsim.emulator.server import LocalTaskRouter
from tests.emulator.conftest import basic

LISTS = [route.path for route in ROUTES if route.operation.startswith("List")]


class Wire:
    """One server and its only workspace; addresses are relative to that unless they start with /v1."""

    def __init__(self, router):
        self.session = requests.Session()
        self.session.auth = (router.account_sid, router.auth_token)
        self.base = router.base_url
        self.workspace = f"/v1/Workspaces/{router.workspace_sid}"
        self.router = router

    def ask(self, method, address, **more):
        url = (
            address
            if address.startswith("http")
            else self.base + (address if address.startswith("/v1") else self.workspace + address)
        )
        return self.session.request(method, url, timeout=10, **more)

    def made(self, address, **form):
        answer = self.ask("POST", address, data=form)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def wire():
    with LocalTaskRouter() as router:
        wire = Wire(router)
        yield wire
        wire.session.close()


def raw(router, text):
    """The head and body of the answer to bytes that no client library would send."""

    async def go():
        reader, writer = await asyncio.open_connection("127.0.0.1", router.port)
        authorization = basic(router.account_sid, router.auth_token)
        head = f"{text}\r\nHost: x\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode("latin-1"))
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        await writer.wait_closed()
        return answer.partition(b"\r\n\r\n")

    head, _, body = asyncio.run(go())
    return int(head.split()[1]), body


def test_head_has_the_headers_of_get_and_no_body(wire):
    task = wire.made("/Tasks")
    get, head = wire.ask("GET", task["url"]), wire.ask("HEAD", task["url"])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-type"] == "application/json"
    assert int(head.headers["content-length"]) == len(get.content)
    assert wire.ask("HEAD", "/Tasks/WT1").status_code == 404


def test_a_final_slash_makes_another_address_which_is_not_there(wire):
    for address in ("/Tasks/", "/v1/Workspaces/", "/TaskChannels/chat/"):
        answer = wire.ask("GET", address)
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_a_unique_name_in_an_address_is_percent_decoded(wire):
    made = wire.made("/TaskChannels", FriendlyName="Fax", UniqueName="télé$fax-1")
    for name in ("t%C3%A9l%C3%A9$fax-1", "t%c3%a9l%c3%a9%24fax%2D1"):
        assert wire.ask("GET", f"/TaskChannels/{name}").json()["sid"] == made["sid"]
    worker = wire.made("/Workers", FriendlyName="percent")
    answer = wire.ask("POST", f"/Workers/{worker['sid']}/Channels/t%C3%A9l%C3%A9%24fax-1", data={"Capacity": "7"})
    assert (answer.status_code, answer.json()["configured_capacity"]) == (200, 7)


@pytest.mark.parametrize(
    "name", ["a%2Fb", "%", "%zz", "%00", "a%0Ab", "%FF", "..", "%2e%2e", "{}", "WT'\"<", "x" * 3000]
)
def test_an_odd_name_in_an_address_is_404_in_twilios_words(wire, name):
    status, body = raw(wire.router, f"GET {wire.workspace}/TaskChannels/{name} HTTP/1.1")
    assert status == 404
    assert json.loads(body)["code"] == 20404


def test_the_words_of_a_404_name_the_address_without_version_and_query(wire):
    answer = wire.ask("GET", "/Tasks/WT1?PageSize=5")
    assert answer.json() == {
        "code": 20404,
        "message": f"The requested resource {wire.workspace.removeprefix('/v1')}/Tasks/WT1 was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_an_address_says_which_methods_it_has(wire, path):
    """405 / 20004, and RFC 9110's Allow."""
    served = sorted(route.method for route in ROUTES if route.path == path)
    answer = wire.ask("PATCH", path.replace("{WorkspaceSid}", wire.workspace.rpartition("/")[2]))
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)
    assert answer.headers["allow"].split(", ") == served


@pytest.mark.parametrize("path", LISTS)
def test_every_list_refuses_a_page_number_without_a_token(wire, path):
    worker = wire.ask("GET", "/Workers").json()["workers"] or [wire.made("/Workers", FriendlyName="pages")]
    task = wire.made("/Tasks")
    address = (
        path.replace("{WorkspaceSid}", wire.workspace.rpartition("/")[2])
        .replace("{WorkerSid}", worker[0]["sid"])
        .replace("{TaskSid}", task["sid"])
    )
    answer = wire.ask("GET", address, params={"Page": "1"})
    assert (answer.status_code, answer.json()["code"]) == (400, 40153)
    first = wire.ask("GET", address, params={"Page": "0", "PageSize": "1"})
    assert first.status_code == 200
    assert first.json()["meta"]["page_size"] == 1
    for size in ("0", "1001", "many"):
        answer = wire.ask("GET", address, params={"PageSize": size})
        assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_a_version_comes_with_quotes_and_is_taken_with_or_without(wire):
    task = wire.made("/Tasks")
    for spelled in ("{}", '"{}"', 'W/"{}"'):
        version = wire.ask("GET", task["url"]).headers["etag"].strip('"')
        answer = wire.ask("POST", task["url"], data={"Attributes": "{}"}, headers={"If-Match": spelled.format(version)})
        assert answer.status_code == 200
        assert int(answer.headers["etag"].strip('"')) == int(version) + 1


def test_a_conditional_delete_deletes_only_what_was_seen(wire):
    for made, change in (
        (wire.made("/Tasks"), {"Attributes": "{}"}),
        (wire.made("/Workers", FriendlyName="conditional"), {"Attributes": "{}"}),
    ):
        seen = wire.ask("GET", made["url"]).headers["etag"]
        assert wire.ask("POST", made["url"], data=change).status_code == 200
        stale = wire.ask("DELETE", made["url"], headers={"If-Match": seen})
        assert (stale.status_code, stale.json()["code"]) == (412, 20412)
        fresh = wire.ask("GET", made["url"]).headers["etag"]
        assert wire.ask("DELETE", made["url"], headers={"If-Match": fresh}).status_code == 204
        assert wire.ask("GET", made["url"]).status_code == 404


def test_a_deletion_is_answered_204_with_nothing_at_all(wire):
    answer = wire.ask("DELETE", wire.made("/Tasks")["url"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers


def test_a_body_that_is_no_form_holds_no_parameters(wire):
    answer = wire.ask("POST", "/Activities", json={"FriendlyName": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert "FriendlyName" in answer.json()["message"]
    broken = wire.ask("POST", "/Activities", data=b"FriendlyName=\xff\xfe%zz")
    assert broken.status_code == 201
    assert broken.json()["friendly_name"] == "\ufffd\ufffd%zz"


def test_names_of_parameters_tell_capitals_from_small_letters(wire):
    answer = wire.ask("POST", "/Activities", data={"friendlyname": "x"})
    assert answer.status_code == 400
