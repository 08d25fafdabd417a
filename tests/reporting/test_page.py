"""The page holds everything, asks nothing of the network, and shows whatever a name holds as text."""

import base64
import hashlib
import html.parser
import json
import re
import shutil
import subprocess

import pytest

from flexsim.reporting.document import Wishes, fold_run, report_document
from flexsim.reporting.page import render_page
from flexsim.reporting.run import open_run
from tests.measure.conftest import START, Centre

from .conftest import NASTY, configured, leave, replicate

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def rendered(path):
    run, wishes = open_run(path), Wishes()
    return render_page(run, report_document(run, fold_run(run, wishes), wishes))


class Elements(html.parser.HTMLParser):
    """What a browser would see."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside, self.texts = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.inside.append(tag)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        self.texts.append((self.inside[-1] if self.inside else None, data))


@pytest.fixture
def nasty(root):
    """A run in which every name is an attack."""
    centre = Centre()
    ann = centre.hire(0, NASTY)
    for number in range(3):
        task = centre.arrive(number * 40, contact=NASTY)
        centre.reject(number * 40 + 3, task)
        centre.accept(number * 40 + 5, task)
        centre.end(number * 40 + 30, task, reason=NASTY)
    centre.go(200, ann, "Break")
    centre.log = [line.replace('The \\"best\\"', json.dumps(NASTY)[1:-1]) for line in centre.log]
    metadata = configured(brand=NASTY)
    return leave(
        root,
        "nasty",
        centre,
        configuration=metadata,
        now=START + 300,
        versions={NASTY: NASTY},
        command=NASTY.replace("/", ""),
    )


def test_nothing_in_the_page_leads_out_of_it(monday):
    for tag, attributes in Elements(rendered(monday)).found:
        assert tag not in {"iframe", "object", "embed", "img", "base", "form"}, tag
        for name in ("src", "href", "action", "data", "srcset"):
            assert attributes.get(name, "#").startswith(("#", "data:,")), (tag, attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
    assert "url(" not in rendered(monday)
    assert "@import" not in rendered(monday)


def test_the_policy_names_each_script_and_style_and_allows_nothing_else(monday):
    page = rendered(monday)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page).group(1).replace("&#39;", "'")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert len(digests) == 2
        assert rules[rule].split() == [f"'sha256-{digest}'" for digest in digests]


def test_names_are_text(nasty):
    elements = Elements(rendered(nasty))
    assert [tag for tag, _ in elements.found if tag == "img"] == []
    assert len([tag for tag, _ in elements.found if tag == "script"]) == 3
    shown = [text for tag, text in elements.texts if NASTY in text and tag != "script"]
    assert len(shown) > 5


def test_the_data_for_the_script_is_whole_json_that_cannot_end_its_element(nasty):
    page = rendered(nasty)
    (block,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(block)
    data = json.loads(block)
    assert NASTY in data["charts"]["contacts"]
    assert set(data["tables"]) == set(data["labels"])


def test_it_says_which_clock_its_times_are_of(monday, nasty):
    assert "Asia/Kolkata" in rendered(monday)
    assert "13:30:00" in rendered(monday)  # 8:00 UTC
    assert "the run names no time zone" in rendered(nasty)


def test_it_can_be_read_without_its_eyes_and_without_a_script(monday):
    elements = Elements(rendered(monday))
    tags = [tag for tag, _ in elements.found]
    assert [attributes.get("lang") for tag, attributes in elements.found if tag == "html"] == ["en"]
    assert {"main", "header", "h1", "noscript"} <= set(tags)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements.found:
        for reference in (attributes.get("aria-labelledby"), (attributes.get("href") or "")[1:]):
            assert not reference or reference in ids or reference == "ata:,", reference
    for tag, attributes in elements.found:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        if tag == "th":
            assert attributes["scope"] in {"row", "col"}


def test_a_run_that_did_not_end_says_so(root, monday):
    assert "did not come to its end" not in rendered(monday)
    (monday / "summary.json").unlink()
    assert "did not come to its end" in rendered(monday)


def test_replications_stand_beside_the_figures(monday):
    replicate(monday, [{"asa": 9.0}, {"asa": 10.0}, {"asa": 11.0}], [1, 2, 3])
    page = rendered(monday).replace("\u00a0", " ").replace("&nbsp;", " ")
    assert "3 replications" in page
    assert "mean 10.0 s ± 2.48 s" in page


def test_a_single_replication_is_not_told_of_as_of_several(monday):
    replicate(monday, [{"asa": 9.0}], [1])
    assert "replications. Figures" not in rendered(monday)


def browsed(page, folder):
    """What a browser makes of the page: the document afterwards, and its complaints."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    found = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}",
            "--enable-logging=stderr", "--virtual-time-budget=3000", "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=50,
    )  # fmt: skip
    return found.stdout, [line for line in found.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.timeout(60)
def test_a_browser_draws_it_and_finds_nothing_to_complain_about(nasty, tmp_path):
    shown, complaints = browsed(rendered(nasty), tmp_path)
    assert complaints == []
    assert shown.count("<canvas") == 7
    assert "<img" not in shown


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.timeout(60)
def test_another_queue_and_another_interval_can_be_chosen(nasty, tmp_path):
    # A reader's hands: they come from outside of the page, so its policy is taken out for them.
    hands = """
    <script>
    for (const [id, value] of [["width", "3600"], ["table-queue", NASTY], ["queue", NASTY]]) {
      document.getElementById(id).value = value;
      document.getElementById(id).dispatchEvent(new Event("change"));
    }
    </script>""".replace("NASTY", json.dumps(NASTY).replace("</", "<\\/"))
    page = re.sub(r"<meta http-equiv[^>]*>", "", rendered(nasty)).replace("</body>", hands + "</body>")
    shown, complaints = browsed(page, tmp_path)
    assert complaints == []
    table = shown[shown.index('id="interval-table"') :].partition("</table>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', table) == [("08:00", "3", "3")]
    assert re.findall(r"<th [^>]*hidden[^>]*>.*?>([A-Z]\w+)</a>", table) == ["Agents", "Occupancy"]
    assert shown.count("<canvas") == 7


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.timeout(60)
def test_the_browser_does_enforce_the_policy(monday, tmp_path):
    page = rendered(monday).replace("</body>", "<script>document.title = 'taken over'</script></body>")
    shown, complaints = browsed(page, tmp_path)
    assert "taken over</title>" not in shown
    assert any("Content Security Policy" in line for line in complaints)
