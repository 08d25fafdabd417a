"""The page and its parts are whole, come from here, and let nothing else in."""

import re
from pathlib import Path

import pytest

from flexsim.emulator import dashboard_pages
from flexsim.emulator.dashboard_pages import _FILES, Pages

ASSETS = Path(dashboard_pages.__file__).parent / "assets"
PREFIX = "/_flexsim/dashboard"


def test_every_file_of_the_folder_is_served_and_no_other_is_promised():
    ours = {name for folder, name in _FILES.values() if folder == ("emulator", "assets")}
    assert ours == {path.name for path in ASSETS.iterdir()}


def test_every_address_in_the_page_leads_to_a_file_here():
    pages = Pages()
    text = pages.find("").body.decode()
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert len(addresses) == 5
    for address in addresses:
        assert pages.find(address.removeprefix(PREFIX)) is not None, address


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
def test_every_module_imports_what_is_served(path):
    pages = Pages()
    imported = re.findall(r'from "\./([^"]+)"', path.read_text())
    assert [name for name in imported if pages.find(f"/assets/{name}") is None] == []


@pytest.mark.parametrize("path", sorted(ASSETS.iterdir()), ids=lambda path: path.name)
def test_nothing_in_it_names_another_site_or_makes_html_of_text(path):
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//[a-z]+\.", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)


def test_the_page_holds_no_script_and_no_style_of_its_own():
    text = Pages().find("").body.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)


def test_the_headers_let_nothing_in_from_elsewhere_and_nobody_frame_it():
    headers = dict(Pages().find("").headers)
    policy = headers[b"content-security-policy"].decode()
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for rule in (
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "base-uri 'none'",
        "connect-src 'self'",
    ):
        assert rule in policy
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"cross-origin-resource-policy"] == b"same-origin"
    assert headers[b"content-type"] == b"text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/assets/", "/assets/../dashboard.py", "/assets/dashboard.html", "/nothing"])
def test_what_is_not_in_the_table_is_not_there(path):
    assert Pages().find(path) is None
