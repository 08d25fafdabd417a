"""Tokens add up."""

from flexsim.voice.realtime.usage import Usage, of_input, of_output, of_text


def test_a_second_of_speech_is_ten_tokens_heard_and_twenty_spoken():
    assert (of_input(1_000), of_output(1_000), of_text("four"), of_text("")) == (10, 20, 1, 0)


def test_the_total_is_the_sum():
    usage = Usage(text_in=1, audio_in=2)
    usage.text_out, usage.audio_out = 3, 4
    document = usage.document()
    assert (document["total_tokens"], document["input_tokens"], document["output_tokens"]) == (10, 3, 7)
