"""A real Chromium, and pages that may ask nobody but this machine and must have nothing to complain about."""

import os
import shutil

import pytest

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update",
    "--disable-sync", "--disable-quic",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium():
    """For no longer than a module: as long as Playwright is there, no other test of this thread can run an event loop."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"no {' or '.join(NAMES)} here"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and a build server tests the pages")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- needed only where there is a browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What a page has asked for and complained about."""

    def __init__(self):
        self.asked = []
        self.outside = []
        self.complaints = []

    def route(self, route):
        self.asked.append(route.request.url)
        if route.request.url.startswith(("http://127.0.0.1:", "http://localhost:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def console(self, message):
        # What a browser says when a server is gone or refuses is what the test has brought about.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


@pytest.fixture
def opened(chromium):
    """Opens an address in a context of its own, and checks at the end what the page has done meanwhile."""
    watches, contexts = [], []

    def go(address, *, width=1440, height=1000, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.watch = watch = Watch()
        watches.append(watch)
        page.route("**/*", watch.route)
        page.on("console", watch.console)
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert [each.outside for each in watches if each.outside] == []
    assert [each.complaints for each in watches if each.complaints] == []
