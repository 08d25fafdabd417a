"""What others made and we carry along is what they published."""

import hashlib
from pathlib import Path

UPLOT = Path(__file__).parent.parent / "flexsim" / "assets" / "uplot"
PUBLISHED = {
    "LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}


def test_uplot_is_byte_for_byte_what_its_package_holds():
    assert {name: hashlib.sha256((UPLOT / name).read_bytes()).hexdigest() for name in PUBLISHED} == PUBLISHED


def test_the_version_that_is_told_is_the_one_in_the_file():
    version = (UPLOT / "README.md").read_text().splitlines()[0].rpartition(" ")[2]
    assert f"(v{version})" in (UPLOT / "uPlot.iife.min.js").read_text(encoding="utf-8")[:100]


def test_the_licence_lets_us_carry_it():
    assert "The MIT License" in (UPLOT / "LICENSE").read_text()
