"""Conversations without a folder: whoever asks for rates needs no sound."""

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.recording import Recording, Side, Utterance


def conversation(reached, *, caller="typical", scenario="lost-card", seed=0, answers=0.6, end="completed"):
    """A caller asks, the agent answers after so many seconds."""
    said = (
        Utterance(side=Side.CALLER, text="Where is my card?", start=1.0, end=3.0),
        Utterance(side=Side.AGENT, text="On its way.", start=3.0 + answers, end=4.0 + answers),
    )
    metadata = {
        "caller": {"name": caller}, "scenario": {"name": scenario}, "agent": {"name": "banking"}, "seed": seed,
        "goal": {"reached": reached}, "end_reason": end, "duration": 5.0 + answers,
    }  # fmt: skip
    name = f"{caller}-{scenario}-s{seed}"
    return analysed(Recording(conversation_id=name, utterances=said, calls=(), metadata=metadata))


def repeats(outcomes, **more):
    """One task, repeated with seeds from 0 on."""
    return [conversation(each, seed=seed, **more) for seed, each in enumerate(outcomes)]
