"""What is asked of a server beyond the ordinary is checked before it starts."""

import pytest

from flexsim.emulator.options import Options
from flexsim.errors import ConfigurationError


def test_nothing_is_asked_for_unless_it_is():
    options = Options()
    assert (options.sink(), options.limits(), options.allow_control) == (None, None, False)
    assert (options.goal.threshold, options.goal.target) == (20.0, 0.8)


def test_limits_are_those_that_are_documented_or_one_for_all():
    assert Options(rate_limits=True).limits() is not None
    assert Options(requests_per_second=3).limits() is not None


def test_a_sink_is_an_address_with_batches_of_a_size_that_event_streams_knows():
    sink = Options(event_sink="https://example.com/events", event_batch=7).sink()
    assert (sink.url, sink.delivery.at_once) == ("https://example.com/events", 7)
    with pytest.raises(ConfigurationError, match="http or https"):
        Options(event_sink="ftp://example.com").sink()
    with pytest.raises(ConfigurationError, match="from 1 to"):
        Options(event_sink="http://x", event_batch=0).sink()


def test_the_control_token_is_nobody_elses_to_see():
    assert "sesame" not in repr(Options(control_token="sesame"))
