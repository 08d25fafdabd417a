"""What a persona declares is what is drawn."""

import math

import pytest
from scipy import stats

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.agents import agent
from flexsim.voice.dialogue.callers import caller, names
from flexsim.voice.dialogue.personas import FASTEST, SLOWEST, Answering, Persona, agents_voice, voice_of


@pytest.mark.parametrize("name", names())
def test_speech_rates_are_normal_around_the_declared_one(name):
    persona = caller(name).persona
    draws = Randomness(1).generator("voices", name)
    # A whole number of words a minute: half a word either side blurs it, evenly.
    rates = [voice_of(persona, draws).rate + draws.random() - 0.5 for _ in range(400)]
    assert stats.kstest(rates, stats.norm(persona.rate, persona.rate_spread).cdf).pvalue > 1e-4


def test_a_faster_speaker_than_declared_is_found_out():
    declared, draws = caller("typical").persona, Randomness(1).generator("voices")
    faster = Persona(rate=declared.rate + 4, rate_spread=declared.rate_spread)
    rates = [voice_of(faster, draws).rate + draws.random() - 0.5 for _ in range(400)]
    assert stats.kstest(rates, stats.norm(declared.rate, declared.rate_spread).cdf).pvalue < 1e-4


def test_answers_come_log_normally():
    answering, draws = Answering(median=0.7, spread=0.35), Randomness(2).generator("answers")
    found = [answering.draw(draws) for _ in range(500)]
    assert stats.kstest(found, stats.lognorm(0.35, scale=0.7).cdf).pvalue > 1e-3
    assert min(found) > 0


def test_no_spread_means_always_the_same():
    assert math.isclose(Answering(median=0.7, spread=0).draw(Randomness(1).generator("x")), 0.7)


@pytest.mark.parametrize("rate", [80, 450])
def test_a_voice_stays_within_what_can_be_spoken(rate):
    draws = Randomness(3).generator("voices")
    rates = [voice_of(Persona(rate=rate, rate_spread=60), draws).rate for _ in range(100)]
    assert min(rates) >= SLOWEST
    assert max(rates) <= FASTEST


def test_an_agent_sounds_the_same_in_every_call():
    assert agents_voice(agent("banking")) == agents_voice(agent("banking"))
    assert agents_voice(agent("banking")).language == "en-us"
