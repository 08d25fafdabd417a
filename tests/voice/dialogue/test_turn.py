"""A turn is its parts; some of them must be heard."""

from flexsim.voice.dialogue.turn import Turn


def test_what_is_told_is_said_and_remembered():
    turn = Turn()
    turn.say("Thank you.")
    turn.tell("Your card is blocked.")
    assert turn.text == "Thank you. Your card is blocked."
    assert turn.told == ["Your card is blocked."]
