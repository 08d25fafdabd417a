from flexsim.traces.spans import Code, Resource, Span


def test_a_span_lasts_from_its_start_to_its_end_in_nanoseconds():
    assert Span(trace_id=b"t" * 16, span_id=b"s" * 8, name="work", start=5, end=12).duration == 7


def test_a_span_belongs_to_the_service_that_its_resource_names():
    bare = Span(trace_id=b"t" * 16, span_id=b"s" * 8, name="work", start=0, end=0)
    named = Span(
        trace_id=b"t" * 16, span_id=b"s" * 8, name="work", start=0, end=0,
        resource=Resource(attributes={"service.name": "tool-service"}),
    )  # fmt: skip
    assert (bare.service, named.service) == ("", "tool-service")
    assert bare.status.code is Code.UNSET
