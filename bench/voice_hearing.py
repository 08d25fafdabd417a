"""Whether the voices' own speech is heard: exactly, over bad lines, cut off; that nothing else is; and what it costs.

    python bench/voice_hearing.py [--quick] [--show]

Texts, voices and rates are drawn from a seed, and were not looked at while thresholds were chosen. Hundreds of utterances
are known; some of them are said once more over every line, in no order, so that nothing is found because it was said last.
Beside them pocketsphinx hears the same over the same lines, and is given the sentences as a grammar. Seconds are CPU
seconds of this process. Exits 1 where a goal is missed; --show prints what was heard otherwise.
"""

import random
import statistics
import sys
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np

from flexsim.errors import ConfigurationError
from flexsim.voice.ports import FRAME_MS, RATE, SAMPLE_BYTES
from flexsim.voice.sound.dictation import Dictation, grammar_of, installed
from flexsim.voice.sound.impairments import Impairments, Line
from flexsim.voice.sound.listening import Ear, Lexicon
from flexsim.voice.sound.pauses import TAIL_MS
from flexsim.voice.sound.pcm import SILENT_FRAME
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.speaking import EspeakSpeaker
from flexsim.voice.sound.voices import NAMES, named
from flexsim.voice.sound.words import heard_until

QUICK, SHOW = "--quick" in sys.argv, "--show" in sys.argv
KNOWN, SAID, OTHERS, TURNS = (80, 25, 15, 20) if QUICK else (500, 80, 30, 50)
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
FIRST = [
    "Olivia",
    "Noah",
    "Amelia",
    "Liam",
    "Harper",
    "Ethan",
    "Priya",
    "Mateo",
    "Ingrid",
    "Yusuf",
    "Chloe",
    "Dmitri",
    "Aisha",
    "Pedro",
    "Keiko",
    "Oscar",
]
LAST = [
    "Thompson",
    "Patel",
    "O'Brien",
    "Kowalski",
    "Fernandez",
    "Yamamoto",
    "Andersson",
    "Nkomo",
    "Fitzgerald",
    "Rossi",
    "Dubois",
    "Novak",
]
STREETS = ["Maple Avenue", "Church Lane", "Lincoln Road", "Harbour View", "Elm Court", "Station Street", "Kings Drive"]
TOWNS = ["Portland", "Denver", "Bristol", "Madison", "Geneva", "Dover", "Lancaster", "Newport", "Salem", "Oxford"]
MONTHS = ["January", "March", "May", "July", "August", "October", "December"]
SHORT = ["Sure.", "Right.", "Uh huh.", "Not really.", "I see.", "Go on.", "Thanks.", "Hello?", "Yeah.", "Never."]
UNCLEAR = ["verification", "a replacement", "the billing address", "a deductible"]
THINGS = ["lamp", "river", "piano", "garden", "rocket", "violin", "candle", "mountain", "sandwich", "telescope"]


def digits(chance, count):
    return " ".join(str(chance.randrange(10)) for _ in range(count))


def sentence(chance):
    """Something that is said on the phone: names, digits, addresses, amounts."""
    pick, whole = chance.choice, chance.randrange
    day = f"{pick(MONTHS)} {whole(1, 29)}"
    return pick(
        [
            f"Good morning, this is {pick(FIRST)} {pick(LAST)} speaking. How may I help you today?",
            f"Hi, I'm {pick(FIRST)}. I think somebody took my {pick(['debit', 'credit', 'gold', 'silver'])} card.",
            f"The last four digits are {digits(chance, 4)}.",
            f"My account number is {digits(chance, 8)}, and I was born on {day}.",
            f"It's {whole(1, 400)} {pick(STREETS)}, apartment {whole(1, 30)}, {pick(TOWNS)}.",
            f"You have {whole(2, 9999)} dollars and {whole(1, 99)} cents in your {pick(['checking', 'savings'])} account.",
            f"I want to send {whole(10, 5000)} dollars to {pick(FIRST)} {pick(LAST)}, please.",
            f"Your claim number is {digits(chance, 6)}. An expert will call you on {day}.",
            f"You can reach me at {digits(chance, 3)}, {digits(chance, 4)}.",
            pick(SHORT),
            "I'm sorry, I did not catch that. Would you say it once more?",
            f"What do you mean by {pick(UNCLEAR)}?",
            f"I've been waiting for {whole(2, 60)} minutes! Let me talk to {pick(['a human', 'your manager'])}.",
            f"The new card arrives within {whole(3, 15)} business days, and the old one is blocked as of now.",
            f"My kitchen was flooded on {day}, and the damage is about {whole(2, 90)} hundred dollars.",
        ]
    )


def foreign_sentence(chance):
    one, other = chance.sample(THINGS, 2)
    return f"The {one} that we found near the {other} weighed {chance.randrange(2, 90)} pounds, said {chance.choice(FIRST)}."


def voice(chance):
    return replace(named(chance.choice(NAMES)), rate=chance.choice([115, 135, 160, 180, 210]))


def one_digit_changed(chance, text):
    at = chance.choice([place for place, letter in enumerate(text) if letter.isdigit()])
    return text[:at] + chance.choice([digit for digit in "123456789" if digit != text[at]]) + text[at + 1 :]


def seconds_of(speech):
    return len(speech.pcm) / SAMPLE_BYTES / RATE


class Take:
    """An utterance over a line into an ear: what was found in it, what was heard, what it cost."""

    def __init__(self, lexicon, speech, line, seed, frames=None):
        impairments, exact = line
        chance = random.Random(seed)
        line, ear = Line(impairments, chance), Ear(lexicon, EarSettings(exact=exact))
        before = chance.randrange(15, 30)
        sent = [*[SILENT_FRAME] * before, *speech.frames[:frames], *[SILENT_FRAME] * 30]
        came = sent if impairments.none else [line.carry(frame) for frame in sent]
        started = time.process_time()
        happenings = [(each, at) for at, frame in enumerate(came, 1) for each in ear.feed(frame)]
        found = time.process_time()
        self.whole = len(happenings) == 2
        self.hearing = ear.hearing(happenings[0][0].at_ms, happenings[-1][0].at_ms) if happenings else None
        self.heard = self.hearing() if happenings else None
        self.cost = found - started, time.process_time() - found
        self.seconds = len(came) * FRAME_MS / 1000
        if self.whole and frames is None:
            begin = before * FRAME_MS + impairments.delay_ms + (2 if impairments.mulaw else 0)
            self.sure_after = happenings[0][1] * FRAME_MS - begin
            self.stopped_after = happenings[1][0].at_ms - (begin + seconds_of(speech) * 1000 - TAIL_MS)

    def right(self, text):
        return self.whole and self.heard.understood and self.heard.complete and self.heard.text == text

    @property
    def accepted(self):
        return self.heard is not None and self.heard.understood


def over_lines(lexicon, said, near, foreign):
    print(
        f"\n{'':22}{'right':>11}{'taken for known':>22}{'sure after':>16}{'stop, of 500 ms':>18}{'CPU ms a second':>18}"
    )
    print(
        f"{'line':22}{'':>11}{'digit':>11}{'foreign':>11}{'median, most':>16}{'least, most':>18}{'find':>9}{'hear':>9}"
    )
    failed = False
    for name, line in LINES.items():
        takes = [(Take(lexicon, each, line, at), each.text) for at, each in enumerate(said)]
        right = sum(take.right(text) for take, text in takes)
        digit, other = (
            sum(Take(lexicon, each, line, at).accepted for at, each in enumerate(group)) for group in (near, foreign)
        )
        whole = [take for take, _ in takes if take.whole]
        sure, stops = sorted(take.sure_after for take in whole), [take.stopped_after for take in whole]
        length = sum(take.seconds for take, _ in takes)
        find, hear = (sum(take.cost[part] for take, _ in takes) / length * 1000 for part in (0, 1))
        missed = right < GOALS.get(name, 0) * len(takes) or digit or other
        failed |= bool(missed)
        print(
            f"{name:22}{right:4d} of {len(takes):3d}{digit:5d} of {len(near):2d}{other:5d} of {len(foreign):2d}"
            f"{statistics.median(sure):9.0f}, {sure[-1]:5.0f}{min(stops):11.0f}, {max(stops):5.0f}{find:9.3f}{hear:9.3f}"
            f"{'  MISSED' if missed else ''}"
        )
        for take, text in takes:
            if SHOW and not take.right(text):
                print("    ", text, take.whole, take.heard)
    return failed


def plain(text):
    return [word.strip(".,?!") for word in text.split()]


def cut_off(lexicon, said, chance):
    print("\ncut off after a frame: the words heard, and those that had been played by then")
    for name in ("clean, frame by frame", "mu-law", "10 dB", "0 dB"):
        counts = dict.fromkeys(("the same", "one more or less", "not understood", "others"), 0)
        for at, each in enumerate(said):
            frames = chance.randrange(8, max(9, len(each.frames) - 4))
            take, want = Take(lexicon, each, LINES[name], at, frames), plain(heard_until(each, frames * FRAME_MS))
            got = plain(take.heard.text) if take.accepted else None
            near = got is not None and abs(len(got) - len(want)) == 1 and got[: len(want)] == want[: len(got)]
            kind = (
                "not understood"
                if got is None
                else "the same"
                if got == want
                else "one more or less"
                if near
                else "others"
            )
            counts[kind] += 1
            if SHOW and kind == "others":
                print("    ", each.text, want, got)
        print(f"{name:22}" + ", ".join(f"{kind} {count}" for kind, count in counts.items()))


def virtual_time(speaker, chance):
    """Two ears, one speaking after the other, each knowing what this conversation has said; speech is at hand."""
    print(f"\ntwo ears in a conversation of {TURNS} turns: times real time, hearing alone")
    speeches = [speaker.say(sentence(chance), named(("marin", "cedar")[turn % 2])) for turn in range(TURNS)]
    for name in ("clean, frame by frame", "clean, as sound", "mu-law", "10 dB"):
        impairments, exact = LINES[name]
        lexicon = Lexicon()
        ears = [Ear(lexicon, EarSettings(exact=exact)) for _ in range(2)]
        lines = [Line(impairments, random.Random(at)) for at in range(2)]
        spent = length = right = 0
        for turn, speech in enumerate(speeches):
            sent = [*speech.frames, *[SILENT_FRAME] * 20]
            silent = [SILENT_FRAME] * len(sent)
            came = [[lines[at].carry(frame) for frame in frames] for at, frames in enumerate((sent, silent))]
            listens, idles = ears[turn % 2], ears[1 - turn % 2]
            started = time.process_time()
            lexicon.add(speech)
            happenings = []
            for frame, quiet in zip(*came, strict=True):
                happenings += listens.feed(frame)
                idles.feed(quiet)
            heard = listens.hear(happenings[0].at_ms, happenings[-1].at_ms) if happenings else None
            spent += time.process_time() - started
            length += len(sent) * FRAME_MS / 1000
            right += heard is not None and heard.text == speech.text
        print(f"{name:22}{length / spent:8,.0f} times   {right} of {TURNS} right")


def known_to_peer(text):
    """Whether its dictionary has the words: it lacks some names."""
    try:
        Dictation(grammar_of([text]))
    except ConfigurationError:
        return False
    return True


def peer(lexicon, said):
    if not installed():
        print("\npocketsphinx is not installed: pip install 'flexsim[hearing]'")
        return
    print("\npocketsphinx, the sentences as its grammar (ours beside it: the same takes)")
    said = [each for each in said if len(each.words) > 2 and known_to_peer(each.text)][: 4 if QUICK else 10]
    spelled = {each.text: grammar_of([each.text]).split(" = ")[1].rstrip(";") for each in said}
    dictation = Dictation(grammar_of([each.text for each in said]))
    for name in ("clean, as sound", "mu-law", "10 dB", "0 dB"):
        takes = [(Take(lexicon, each, LINES[name], at), each) for at, each in enumerate(said)]
        started = time.process_time()
        right = sum(dictation.hear(take.hearing.samples).text == spelled[each.text] for take, each in takes)
        length = sum(take.seconds for take, _ in takes)
        theirs = (time.process_time() - started) / length * 1000
        ours = sum(sum(take.cost) for take, _ in takes) / length * 1000
        print(
            f"{name:22}{right:4d} of {len(said)} right, {theirs:6.1f} ms a second; "
            f"ours {sum(take.right(each.text) for take, each in takes)} of {len(said)}, {ours:5.2f}; {theirs / ours:.0f} times faster"
        )


def main():
    chance = random.Random(SEED)
    speaker = EspeakSpeaker(cache_seconds=10_000)
    lexicon = Lexicon(seconds_kept=10_000)
    started = time.process_time()
    known = list(
        {each.text: each for each in (speaker.say(sentence(chance), voice(chance)) for _ in range(KNOWN))}.values()
    )
    spent, length = time.process_time() - started, sum(map(seconds_of, known))
    print(f"spoken: {len(known)} utterances, {length:.0f} s; {spent / length * 60_000:.0f} ms a minute of speech")
    started = time.process_time()
    for each in known:
        lexicon.add(each)
    exact = time.process_time()
    lexicon.memory.recent(1)
    sound = time.process_time()
    lexicon.memory.alike(np.zeros(8_000, np.float32), 1)
    steps = [started, exact, sound, time.process_time()]
    parts = [f"{(b - a) / len(known) * 1000:.2f} ms" for a, b in pairwise(steps)]
    print("made known, an utterance: frame by frame {}, its sound {}, its landmarks {}".format(*parts))
    texts = {each.text for each in known}
    said = chance.sample(known, min(SAID, len(known)))
    changed = [(one_digit_changed(chance, each.text), each.voice) for each in known if any(map(str.isdigit, each.text))]
    near = [speaker.say(text, its) for text, its in changed if text not in texts][:OTHERS]
    foreign = [speaker.say(foreign_sentence(chance), voice(chance)) for _ in range(OTHERS)]
    failed = over_lines(lexicon, said, near, foreign)
    cut_off(lexicon, said, chance)
    virtual_time(speaker, chance)
    peer(lexicon, said)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
