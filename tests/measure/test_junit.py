"""Checks become a document that JUnit's readers read."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped

from flexsim.measure.junit import Case, junit_xml


def read(document):
    (suite,) = JUnitXml.fromstring(document)
    return suite, list(suite)


def test_each_check_is_a_test_case_with_its_outcome():
    suite, cases = read(
        junit_xml(
            "flexsim demo",
            [
                Case(name="asa > 60", output="measured 45 s"),
                Case(name="lost > 0", failure="measured 3\nand more"),
                Case(name="callbacks", skipped="nobody counted"),
            ],
        )
    )
    assert (suite.name, suite.tests, suite.failures, suite.skipped, suite.errors) == ("flexsim demo", 3, 1, 1, 0)
    held, failed, skipped = cases
    assert (held.name, held.classname, held.result, held.system_out) == (
        "asa > 60",
        "flexsim demo",
        [],
        "measured 45 s",
    )
    assert isinstance(failed.result[0], Failure)
    assert (failed.result[0].message, failed.result[0].text) == ("measured 3", "measured 3\nand more")
    assert isinstance(skipped.result[0], Skipped)


def test_no_check_is_an_empty_suite():
    suite, cases = read(junit_xml("audit", []))
    assert (suite.tests, cases) == (0, [])


@given(st.text(), st.text(min_size=1))
def test_whatever_a_name_holds_the_document_is_well_formed(name, failure):
    document = ET.fromstring(junit_xml(name, [Case(name=name, failure=failure, output=name)]))
    (case,) = document.iter("testcase")
    kept = "".join(each for each in name if each.isprintable() and not 0xD800 <= ord(each) <= 0xDFFF)
    assert all(each in case.get("name") for each in kept)
