"""Pages of conversations in a real browser: they sound, go where one clicks, and are usable by everybody."""

import contextlib
import functools
import http.server
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.contrast import contrasted
from flexsim.voice.scores.contrast_page import contrast_page
from flexsim.voice.scores.index_page import index_page
from flexsim.voice.scores.page import PLAYERS, conversation_page
from flexsim.voice.scores.reading import read_recording
from tests.voice.scores.studio import lost_card

NAME = "typical-lost-card-s7"


class Ranges(http.server.SimpleHTTPRequestHandler):
    """Gives parts of files, as disks and real servers do: without, no browser can go to a place in a sound."""

    def do_GET(self):
        asked = self.headers.get("Range")
        if asked is None:
            return super().do_GET()
        data = Path(self.translate_path(self.path)).read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        part = data[int(first) : int(last or len(data) - 1) + 1]
        self.send_response(206)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(part)
        return None

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("conversations")
    goal = {"reached": False, "criteria": [{"criterion": "card replaced", "met": False, "why": "it is active"}]}
    folder = lost_card(24.0).know(goal=goal).leave(root, NAME)
    analysis = analysed(read_recording(folder))
    (folder / "report.html").write_text(conversation_page(analysis, [name for _, name, _ in PLAYERS], "../index.html"))
    (root / "index.html").write_text(index_page("all", [analysis], [f"{NAME}/report.html"]))
    (root / "compare.html").write_text(contrast_page("a and b", contrasted({"a": [analysis], "b": [analysis]})))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Ranges, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("address", [f"{NAME}/report.html", "index.html", "compare.html"])
def test_nothing_stands_in_anybodys_way(served, opened, address, width, scheme):
    page = opened(f"{served}/{address}", width=width, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def eventually(page, holds):
    """Asked from outside: the page's policy lets nobody wait inside it."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come to it")


def test_a_click_on_a_time_or_into_the_time_line_goes_there(served, opened):
    page = opened(f"{served}/{NAME}/report.html")
    at = "document.querySelector('audio').currentTime"
    page.get_by_role("button", name="Play from 0:11.90").click()
    eventually(page, lambda: page.evaluate(at) >= 11.8)
    eventually(page, lambda: page.evaluate("document.querySelector('audio').duration") == 24)
    page.evaluate("document.querySelector('audio').pause()")
    box = page.locator("#tape").bounding_box()
    page.locator("#tape").click(position={"x": box["width"] / 4, "y": 60})
    eventually(page, lambda: abs(page.evaluate(at) - 6) < 1)
    page.evaluate("document.querySelector('audio').pause()")


def test_the_time_line_can_be_zoomed(served, opened):
    page = opened(f"{served}/{NAME}/report.html")
    before = page.locator("#tape").bounding_box()["width"]
    page.locator("#zoom").fill("2")
    assert page.locator("#tape").bounding_box()["width"] == pytest.approx(4 * before, rel=0.01)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_the_index_can_be_searched_and_leads_to_the_page_and_back(served, opened):
    page = opened(f"{served}/index.html")
    page.fill("#words", "hurried")
    assert page.locator("#left").text_content() == "0 of 1"
    page.fill("#words", "typical card")
    assert page.locator("#left").text_content() == "1 of 1"
    page.check("#failed")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="All conversations").click()
    assert page.title().startswith("all")


def test_without_a_script_the_page_says_the_same(served, opened):
    page = opened(f"{served}/{NAME}/report.html", java_script_enabled=False)
    assert page.locator(".feed li").count() > 10
    assert page.locator("#tape path").count() == 2
    assert not page.locator("#zoom").is_visible()
