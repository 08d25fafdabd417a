"""Whether the voices' own speech is heard: exactly, over bad lines, cut off; whether anything else is not; and what it costs.

    python bench/voice_hearing.py [--quick]

Texts, voices and rates are drawn from a seed, and were never looked at while the thresholds were chosen. Every utterance is
said once, among hundreds that are known, and heard over every line. Seconds are CPU seconds of this process.
"""

import random
import statistics
import sys
import time
from dataclasses import replace

from flexsim.voice.ports import FRAME_MS, RATE, SAMPLE_BYTES
from flexsim.voice.sound.impairments import Impairments, Line
from flexsim.voice.sound.listening import Ear, Lexicon
from flexsim.voice.sound.pauses import TAIL_MS
from flexsim.voice.sound.pcm import SILENT_FRAME
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.speaking import EspeakSpeaker
from flexsim.voice.sound.voices import NAMES, named
from flexsim.voice.sound.words import heard_until

QUICK = "--quick" in sys.argv
KNOWN, SAID, OTHERS = (80, 25, 15) if QUICK else (600, 140, 60)
SEED = 20261127
LINES = {
    "clean, frame by frame": (Impairments(), True),
    "clean, as sound": (Impairments(), False),
    "mu-law": (Impairments(mulaw=True), True),
    "5 % loss": (Impairments(loss=0.05), True),
    "20 dB": (Impairments(noise_db=20), True),
    "10 dB": (Impairments(noise_db=10), True),
    "5 dB": (Impairments(noise_db=5), True),
    "0 dB": (Impairments(noise_db=0), True),
    "10 dB, mu-law, loss": (Impairments(noise_db=10, mulaw=True, loss=0.05, delay_ms=70), True),
    "0 dB, mu-law, loss": (Impairments(noise_db=0, mulaw=True, loss=0.05, delay_ms=70), True),
}
GOALS = {"clean, frame by frame": 1, "clean, as sound": 1, "mu-law": 1, "5 % loss": 1, "10 dB": 1, "0 dB": 0.98}
FIRST = "Olivia Noah Amelia Liam Harper Ethan Priya Mateo Ingrid Yusuf Chloe Dmitri Aisha Pedro Keiko Oscar".split()
LAST = "Thompson Patel O'Brien Kowalski Fernandez Yamamoto Andersson Nkomo Fitzgerald Rossi Dubois Novak".split()
STREETS = "Maple Avenue|Church Lane|Lincoln Road|Harbour View|Elm Court|Station Street|Kings Drive|Willow Way".split("|")
TOWNS = "Portland Denver Bristol Madison Geneva Dover Lancaster Newport Salem Oxford".split()
MONTHS = "January March May July August October December".split()


def digits(chance, count):
    return " ".join(str(chance.randrange(10)) for _ in range(count))


def sentence(chance):
    """Something that is said on the phone."""
    pick = chance.choice
    whole = chance.randrange
    return pick(
        [
            lambda: f"Good morning, this is {pick(FIRST)} {pick(LAST)} speaking. How may I help you today?",
            lambda: f"Hi, I'm {pick(FIRST)}. I think somebody took my {pick(['debit', 'credit', 'gold', 'silver'])} card.",
            lambda: f"The last four digits are {digits(chance, 4)}.",
            lambda: f"My account number is {digits(chance, 8)}, and I was born on {pick(MONTHS)} {whole(1, 29)}.",
            lambda: f"It's {whole(1, 400)} {pick(STREETS)}, apartment {whole(1, 30)}, {pick(TOWNS)}.",
            lambda: f"You have {whole(2, 9999)} dollars and {whole(1, 99)} cents in your {pick(['checking', 'savings'])} account.",
            lambda: f"I want to send {whole(10, 5000)} dollars to {pick(FIRST)} {pick(LAST)}, please.",
            lambda: f"Your claim number is {digits(chance, 6)}. An expert will call you on {pick(MONTHS)} {whole(1, 29)}.",
            lambda: f"You can reach me at {digits(chance, 3)}, {digits(chance, 4)}.",
            lambda: pick(["Sure.", "Right.", "Uh huh.", "Not really.", "I see.", "Go on.", "Thanks.", "Hello?", "Yeah.", "Never."]),
            lambda: "I'm sorry, I did not catch that. Would you say it once more?",
            lambda: f"What do you mean by {pick(['verification', 'a replacement', 'the billing address', 'a deductible'])}?",
            lambda: f"I've been waiting for {whole(2, 60)} minutes! Let me talk to {pick(['a human', 'your manager', 'someone else'])}.",
            lambda: f"The new card arrives within {whole(3, 15)} business days, and the old one is blocked as of now.",
            lambda: f"My kitchen was flooded on {pick(MONTHS)} {whole(1, 29)}, and the damage is about {whole(2, 90)} hundred dollars.",
        ]
    )()


def voice(chance):
    return replace(named(chance.choice(NAMES)), rate=chance.choice([115, 135, 160, 180, 210]))


def one_digit_changed(chance, text):
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    at = chance.choice(places)
    return text[:at] + chance.choice([digit for digit in "123456789" if digit != text[at]]) + text[at + 1 :]


class Take:
    """An utterance over a line into an ear: what was found in it, what was heard, what it cost."""

    def __init__(self, lexicon, speech, impairments, exact, seed, frames=None):
        chance = random.Random(seed)
        line, ear = Line(impairments, chance), Ear(lexicon, EarSettings(exact=exact))
        before, after = chance.randrange(15, 30), 30
        sent = [*[SILENT_FRAME] * before, *speech.frames[:frames], *[SILENT_FRAME] * after]
        came = sent if impairments.none else [line.carry(frame) for frame in sent]
        started = time.process_time()
        happenings = [(happening, at) for at, frame in enumerate(came, 1) for happening in ear.feed(frame)]
        found = time.process_time()
        self.whole = len(happenings) == 2
        self.heard = ear.hear(happenings[0][0].at_ms, happenings[-1][0].at_ms) if happenings else None
        self.finding, self.hearing = found - started, time.process_time() - found
        self.seconds = len(came) * FRAME_MS / 1000
        if self.whole:
            late = impairments.delay_ms + (2 if impairments.mulaw else 0)
            length = len(speech.frames[:frames]) * FRAME_MS
            if frames is None:
                length = len(speech.pcm) / SAMPLE_BYTES / RATE * 1000 - TAIL_MS
            self.onset = happenings[0][1] * FRAME_MS - before * FRAME_MS - late
            self.stop = happenings[1][0].at_ms - (before * FRAME_MS + late + length)

    def right(self, text):
        return self.whole and self.heard.understood and self.heard.complete and self.heard.text == text

    @property
    def accepted(self):
        return self.heard is not None and self.heard.understood


def main():
    chance = random.Random(SEED)
    speaker = EspeakSpeaker(cache_seconds=10_000)
    lexicon = Lexicon(seconds_kept=10_000)
    learning = lexicon.learning(speaker)
    started = time.process_time()
    known = list({each.text: each for each in (learning.say(sentence(chance), voice(chance)) for _ in range(KNOWN))}.values())
    spent = time.process_time() - started
    length = sum(len(each.pcm) for each in known) / SAMPLE_BYTES / RATE
    print(f"spoken: {len(known)} utterances, {length:.0f} s of sound; {spent / length * 60 * 1000:.0f} ms a minute, "
          f"{spent / len(known) * 1000:.1f} ms an utterance")
    texts = {each.text for each in known}
    started = time.process_time()
    lexicon.memory.alike(__import__("numpy").zeros(8000, "float32"), 1)
    print(f"made known: {(time.process_time() - started) / len(known) * 1000:.2f} ms an utterance")
    said = chance.sample(known, min(SAID, len(known)))
    changed = [(each, one_digit_changed(chance, each.text)) for each in known if any(map(str.isdigit, each.text))]
    changed = [(each, text) for each, text in changed if text not in texts][:OTHERS]
    near = [speaker.say(text, each.voice) for each, text in changed]
    foreign = [speaker.say(text, voice(chance)) for text in foreign_texts(chance)]
    print(f"\n{'line':22} {'heard':>11} {'digit':>8} {'foreign':>8} {'onset ms':>16} {'stop - 500':>16} {'find':>7} {'hear':>7}")
    print(f"{'':22} {'right':>11} {'accepted':>8} {'accepted':>8} {'median, most':>16} {'least, most':>16} {'ms/s':>7} {'ms/s':>7}")
    failed = False
    for name, (impairments, exact) in LINES.items():
        takes = [(Take(lexicon, each, impairments, exact, at), each.text) for at, each in enumerate(said)]
        right = sum(take.right(text) for take, text in takes)
        digit = sum(Take(lexicon, each, impairments, exact, at).accepted for at, each in enumerate(near))
        other = sum(Take(lexicon, each, impairments, exact, at).accepted for at, each in enumerate(foreign))
        whole = [take for take, _ in takes if take.whole]
        onsets, stops = sorted(take.onset for take in whole), [take.stop - 500 for take in whole]
        seconds = sum(take.seconds for take, _ in takes)
        find, hear = (sum(getattr(take, part) for take, _ in takes) / seconds * 1000 for part in ("finding", "hearing"))
        missed = right < GOALS.get(name, 0) * len(takes) or digit or other
        failed |= bool(missed)
        print(f"{name:22} {right:4d} of {len(takes):3d} {digit:3d}/{len(near):<4d} {other:3d}/{len(foreign):<4d} "
              f"{statistics.median(onsets):7.0f}, {onsets[-1]:7.0f} {min(stops):7.0f}, {max(stops):7.0f} {find:7.3f} {hear:7.3f}"
              f"{'  MISSED' if missed else ''}")
        for take, text in takes:
            if "--show" in sys.argv and not take.right(text):
                print("     ", text, take.whole, take.heard)
    cut_off(lexicon, said, chance)
    peer(said[:12])
    return int(failed)


def foreign_texts(chance):
    things = "lamp river piano garden rocket violin candle mountain sandwich telescope".split()
    for _ in range(OTHERS):
        a, b = chance.sample(things, 2)
        yield f"The {a} that we found near the {b} weighed {chance.randrange(2, 90)} pounds, which surprised {chance.choice(FIRST)}."


def cut_off(lexicon, said, chance):
    print("\ncut off after a random frame: words heard, against those that had been played")
    for name in ("clean, frame by frame", "mu-law", "10 dB", "0 dB"):
        impairments, exact = LINES[name]
        same = one = not_understood = wrong = 0
        for at, each in enumerate(said):
            frames = chance.randrange(8, max(9, len(each.frames) - 4))
            take = Take(lexicon, each, impairments, exact, at, frames)
            want = heard_until(each, frames * FRAME_MS).split()
            got = take.heard.text.split() if take.accepted else None
            if got is None:
                not_understood += 1
            elif got == want:
                same += 1
            elif abs(len(got) - len(want)) == 1 and all(a.strip(".,?!") == b.strip(".,?!") for a, b in zip(got, want, strict=False)):
                one += 1
            else:
                wrong += 1
                if "--show" in sys.argv:
                    print("     ", each.text, want, got, take.whole)
        print(f"{name:22} same {same}, one word more or less {one}, not understood {not_understood}, otherwise {wrong}")


def peer(said):
    """pocketsphinx, which knows the very sentences as a grammar, beside ours, which does too."""


if __name__ == "__main__":
    sys.exit(main())
