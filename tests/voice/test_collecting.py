"""The collector looks seldom for a while, and then as before."""

import contextlib
import gc

from flexsim.voice.collecting import collecting_seldom


def test_it_looks_seldom_and_then_as_before_whatever_happens():
    before, during = gc.get_threshold(), None
    with contextlib.suppress(ZeroDivisionError), collecting_seldom():
        during = gc.get_threshold()
        raise ZeroDivisionError
    assert during > before
    assert gc.get_threshold() == before
