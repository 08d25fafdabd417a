"""The tables of names are those of the official types."""

from typing import get_args

from openai.types.realtime import RealtimeClientEvent

from flexsim.voice.realtime.names import BETA, TODAY, Dialect, Sent, Told, spoken
from tests.voice.realtime.grammar import MODELS

# What this engine has nothing to say with: other transports, other models.
FOREIGN = ("mcp_", "output_audio_buffer.", "response.mcp_call", "input_audio_buffer.dtmf", "conversation.created")


def test_every_name_is_one_of_the_official_types():
    assert {each.value for each in Told} <= set(MODELS[Dialect.GA])
    assert {spoken(each.value, Dialect.BETA) for each in Told} - {None} <= set(MODELS[Dialect.BETA])


def test_every_official_name_is_here_or_foreign():
    missing = set(MODELS[Dialect.GA]) - {each.value for each in Told}
    rest = {each for each in missing if not each.startswith(FOREIGN)}
    # The beta's name of an item, and transcripts of several speakers.
    assert rest == {"conversation.item.created", "conversation.item.input_audio_transcription.segment"}


def test_everything_a_client_may_send_is_here_but_for_other_transports():
    official = {
        get_args(each.model_fields["type"].annotation)[0] for each in get_args(get_args(RealtimeClientEvent)[0])
    }
    assert official - {each.value for each in Sent} == {"output_audio_buffer.clear"}


def test_every_name_of_either_dialect_leads_to_the_one_of_today():
    for each in Told:
        assert TODAY[each.value] == each.value
        if BETA.get(each.value):
            assert TODAY[BETA[each.value]] == each.value
