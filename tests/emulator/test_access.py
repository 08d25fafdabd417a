"""Who may use the controls."""

import pytest

from flexsim.emulator.access import Access
from flexsim.emulator.exchange import Request
from flexsim.errors import Forbidden, InvalidInput

JSON = (b"content-type", b"application/json")


def request(method="GET", *headers, peer="127.0.0.1", base_url="http://127.0.0.1:8900", authorization=None):
    return Request(
        method=method,
        path="/_flexsim/reset",
        base_url=base_url,
        headers=headers,
        peer=peer,
        authorization=authorization,
    )


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "flexsim.localhost", "[::1]"])
def test_this_machine_is_let_in_under_its_own_names(peer, name):
    Access().check(request(peer=peer, base_url=f"http://{name}:8900"))


@pytest.mark.parametrize("peer", ["10.0.0.7", "::ffff:10.0.0.7", "2001:db8::1", "", "localhost"])
def test_another_machine_is_not_let_in_and_told_what_to_do(peer):
    with pytest.raises(Forbidden, match="--control-token"):
        Access().check(request(peer=peer))


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example"])
def test_a_name_that_only_resolves_to_this_machine_is_not_let_in(name):
    with pytest.raises(Forbidden, match=name):
        Access().check(request(base_url=f"http://{name}:8900"))


@pytest.mark.parametrize(
    "origin", [b"https://evil.example", b"null", b"http://127.0.0.1:3000", b"https://127.0.0.1:8900"]
)
@pytest.mark.parametrize("token", [None, "secret"])
def test_a_page_of_another_origin_is_not_let_in(origin, token):
    with pytest.raises(Forbidden, match="another site"):
        Access(token).check(request("GET", (b"origin", origin), authorization="Bearer secret"))


def test_a_page_of_the_servers_own_is_let_in():
    Access().check(request("POST", JSON, (b"origin", b"http://127.0.0.1:8900"), (b"sec-fetch-site", b"same-origin")))


@pytest.mark.parametrize("site", [b"cross-site", b"same-site"])
def test_what_a_browser_says_comes_from_another_site_is_not_let_in(site):
    with pytest.raises(Forbidden, match="another site"):
        Access().check(request("GET", (b"sec-fetch-site", site)))


@pytest.mark.parametrize(
    "content_type", [b"text/plain", b"application/x-www-form-urlencoded", b"", b"application/jsonp"]
)
def test_a_post_that_a_form_of_another_site_could_send_is_refused(content_type):
    with pytest.raises(InvalidInput, match="application/json"):
        Access().check(request("POST", (b"content-type", content_type)))
    with pytest.raises(InvalidInput, match="none was sent"):
        Access().check(request("POST"))


def test_json_may_name_its_character_set():
    Access().check(request("POST", (b"content-type", b"Application/JSON; charset=utf-8")))


def test_the_token_lets_in_from_anywhere_and_nothing_else_does():
    access = Access("secret")
    access.check(request(peer="10.0.0.7", base_url="http://taskrouter:8900", authorization="Bearer secret"))
    access.check(request(peer="10.0.0.7", authorization="bearer secret"))
    for wrong in (
        None,
        "",
        "Bearer",
        "Bearer wrong",
        "Bearer secre",
        "Basic secret",
        "Digest secret",
        "secret",
        "Bearer \u00e9",
    ):
        with pytest.raises(Forbidden, match="control token") as refused:
            access.check(request(authorization=wrong))
        assert "secret" not in str(refused.value)


# --- a page's shell, which holds no data ---


def test_a_page_may_be_led_to_from_another_site_but_not_taken_apart_by_it():
    led = (b"sec-fetch-site", b"cross-site"), (b"sec-fetch-mode", b"navigate")
    Access().check_page(request("GET", *led))
    with pytest.raises(Forbidden, match="another site"):
        Access().check_page(request("GET", led[0], (b"sec-fetch-mode", b"no-cors")))


def test_a_page_is_for_this_machine_or_where_there_is_a_token_for_everybody():
    with pytest.raises(Forbidden, match="--control-token"):
        Access().check_page(request(peer="10.0.0.7"))
    with pytest.raises(Forbidden, match=r"evil\.example"):
        Access().check_page(request(base_url="http://evil.example"))
    Access("sesame").check_page(request(peer="10.0.0.7", base_url="http://wall.example"))
