"""Checks as JUnit's XML, which build servers show as tests."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from junitparser import TestCase

# What XML 1.0 cannot hold, not even escaped (section 2.2).
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One check, under a ``name`` that is the same in every run; ``output`` is what else there is to say.

    ``failure`` says what was wrong, ``skipped`` why it was not applied; both are None when it held.
    """

    name: str
    output: str = ""
    failure: str | None = None
    skipped: str | None = None


def junit_xml(suite: str, cases: Iterable[Case]) -> bytes:
    """A document with one suite of this name and one test case for each of ``cases``, in their order."""
    from junitparser import JUnitXml, TestSuite  # noqa: PLC0415 -- only who asks for the file pays for the import

    found = TestSuite(_text(suite))
    for case in cases:
        found.add_testcase(_test_case(suite, case))
    document = JUnitXml(_text(suite))
    document.add_testsuite(found)
    document.update_statistics()  # type: ignore[no-untyped-call]  # junitparser types half of itself
    written: bytes = document.tostring()  # type: ignore[no-untyped-call]  # as above
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"


def _test_case(suite: str, case: Case) -> "TestCase":
    from junitparser import Failure, Skipped, TestCase  # noqa: PLC0415 -- as above

    made = TestCase(_text(case.name), _text(suite))
    if case.output:
        made.system_out = _text(case.output)
    if case.failure is not None:
        failure = Failure(_text(case.failure.partition("\n")[0]))
        failure.text = _text(case.failure)
        made.result = [failure]
    elif case.skipped is not None:
        made.result = [Skipped(_text(case.skipped))]
    return made


def _text(text: str) -> str:
    return _NOT_XML.sub("�", text)
