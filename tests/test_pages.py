"""Pages that stand alone: what their policy allows, and data that stays data."""

import base64
import hashlib
import json

import pytest
from jinja2 import UndefinedError

from flexsim.pages import asset, embedded, inside, templates


def test_the_policy_names_what_is_inside_by_its_digest_and_allows_nothing_else():
    held = inside(["report/report.css"], ["report/report.js"])
    style, script = (
        base64.b64encode(hashlib.sha256(asset(name).encode()).digest()).decode()
        for name in ("report/report.css", "report/report.js")
    )
    assert held["policy"] == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    assert (held["styles"], held["scripts"]) == ([asset("report/report.css")], [asset("report/report.js")])


def test_a_page_without_a_script_allows_none():
    assert "; script-src 'none'; img-src data:; media-src 'self'; " in inside([], [], "media-src 'self'")["policy"]


def test_embedded_json_holds_no_character_that_means_something_to_a_page_and_says_the_same():
    document = {"</script>": "<!-- & \u2028\u2029", "número": 1.5}
    text = embedded(document)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == document


def test_a_value_that_is_no_number_has_no_json():
    with pytest.raises(ValueError, match="JSON compliant"):
        embedded({"wait": float("nan")})


def test_templates_escape_values_and_miss_what_is_not_given():
    environment = templates("report")
    assert environment.from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        environment.from_string("{{ name }}").render()
