import pytest

from flexsim.traces.analysis import analyze
from flexsim.traces.findings import findings
from tests.traces.test_analysis import made
from tests.traces.test_tree import span


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("fanout", ["of 100 parallel branches invoke_agent worker", "1 call took more than twice", "to blame: "]),
        ("chain", ["60 on the critical path", "no part of it stands out", "no single span is to blame"]),
        ("retry", ["tried again, ", "calls were made for each that was wanted", "the longest sequence has"]),
        ("dag", ["of 100 parallel branches", "times as long as its siblings' median"]),
        ("react", ["on the critical path"]),
        ("human", ["1000.0 ms (", "waiting for a person", "for human approval"]),
        ("rag", ["5 spans carried", "a kB more takes"]),
        ("stream", ["the first token came after", " in all"]),
    ],
)
def test_each_scenario_is_told_by_what_it_is_about(scenario, said):
    ((truth, spans),) = made(scenario, {}, 1)
    text = "\n".join(findings(analyze(spans)))
    assert [each for each in said if each not in text] == []
    if truth.root_cause:
        assert text.endswith(f"to blame: {truth.root_cause}")


def test_a_single_span_has_something_to_be_said_of_it():
    assert findings(analyze([span(1, None, 0, 0)])) == [
        "1 span in 0.0 ms; 0 on the critical path",
        "no single span is to blame",
    ]
