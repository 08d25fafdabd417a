"""Traces for tests, and what tests ask of them."""

from collections import defaultdict

from flexsim.traces.declared import END, KIND, PARENT_ID, SPAN_ID, START, TRACE_ID, attributes_of
from flexsim.traces.parameters import read
from flexsim.traces.virtual import VirtualTraces

START_NS = 1_767_600_000_000_000_000


def make(scenario, seed=1, **parameters):
    given = {name: str(value) for name, value in parameters.items()}
    return VirtualTraces(seed).make(scenario, read(scenario, given), START_NS)


class Tree:
    """One trace, by its spans."""

    def __init__(self, made):
        self.spans = made.spans
        self.by_id = {span[SPAN_ID]: span for span in made.spans}
        self.children = defaultdict(list)
        for span in made.spans:
            self.children[span[PARENT_ID]].append(span)
        (self.root,) = self.children[b""]

    def of(self, kind):
        return [span for span in self.spans if dict(span[KIND].constants)["ati.span.kind"] == kind]

    def parent(self, span):
        return self.by_id[span[PARENT_ID]]

    def is_sound(self):
        """One trace, one root, every parent there, every span within its parent."""
        assert len(self.by_id) == len(self.spans)
        assert len({span[TRACE_ID] for span in self.spans}) == 1
        for span in self.spans:
            assert span[START] <= span[END]
            if span is not self.root:
                assert self.parent(span)[START] <= span[START]
                assert span[END] <= self.parent(span)[END]
        return True


def duration(span):
    return span[END] - span[START]


def attribute(span, key):
    return attributes_of(span)[key]
