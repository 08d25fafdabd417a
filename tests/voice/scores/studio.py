"""Makes recordings by hand: who speaks when, in sound that has the edges, the closures and the pauses of speech."""

import functools
import json
import wave

import numpy as np

RATE = 24_000
LEVEL = 2000.0  # root mean square: what the local voices have


@functools.lru_cache(maxsize=64)  # the same call is made by many tests
def speech(seconds, seed=0, rate=RATE):
    """So much like speech: voiced syllables and hisses, closures between them, loud from its first sample to its last."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    sound = np.zeros(count, np.float32)
    at = 0
    while at < count:
        length = min(count - at, round(random.uniform(0.08, 0.22) * rate))
        sound[at : at + length] = syllable(random, length, rate)
        at += length
        if random.random() < 0.3 and count - at > 0.15 * rate:
            at += round(random.uniform(0.02, 0.06) * rate)
    power = np.sqrt(np.mean(sound**2)) if count else 1.0
    return sound * (LEVEL / power)


def syllable(random, length, rate):
    time = np.arange(length) / rate
    if random.random() < 0.25:
        hiss = np.diff(random.standard_normal(length + 1)).astype(np.float32)
        return 0.5 * hiss
    pitch = random.uniform(90, 220)
    voice = sum(np.sin(2 * np.pi * pitch * n * time + n) / n for n in range(1, 18))
    return (voice * (0.5 + 0.5 * np.sin(np.pi * (time * rate + 1) / (length + 1)))).astype(np.float32)


def impaired(sound, seed=0, *, noise_db=None, mulaw=False, loss=0.0):
    """The same over a bad line: white noise, then mu-law, then packets of 20 ms lost."""
    random = np.random.default_rng(seed)
    heard = sound.astype(np.float32)
    if noise_db is not None:
        heard = heard + LEVEL / 10 ** (noise_db / 20) * random.standard_normal(len(heard))
    if mulaw:
        heard = through_mulaw(heard)
    if loss:
        packet = RATE // 50
        lost = random.random(-(-len(heard) // packet)) < loss
        heard = np.where(np.repeat(lost, packet)[: len(heard)], 0, heard)
    return heard


def through_mulaw(sound):
    """G.711 at the rate that it comes in: what it does to each sample, in thirteen lines less than a codec."""
    size = np.minimum(np.abs(np.rint(sound)), 32_635) + 132
    step = 2.0 ** (np.floor(np.log2(size)) - 4)
    return np.sign(np.rint(sound)) * np.maximum(0, (np.floor(size / step) + 0.5) * step - 132) * (np.abs(sound) > 4)


class Studio:
    """A conversation that is being recorded; ``leave`` writes its folder."""

    def __init__(self, duration):
        self.duration = duration
        self.sound = {side: np.zeros(round(duration * RATE), np.float32) for side in ("caller", "agent")}
        self.utterances, self.calls, self.events = [], [], []
        self.metadata = {
            "version": "0.1.0", "seed": 7, "provider": "local", "virtual": True, "caller": {"name": "typical"},
            "scenario": {"name": "lost-card"}, "agent": {"name": "banking"}, "duration": duration,
            "end_reason": "completed", "goal": {"reached": True, "criteria": [], "failures": []}, "impairments": {},
        }  # fmt: skip

    def say(self, side, start, seconds, text="a few words", **more):
        """``side`` speaks; ``interrupted``, ``kind`` and ``heard`` as the transcript has them."""
        first = round(start * RATE)
        spoken = speech(seconds, seed=len(self.utterances))
        self.sound[side][first : first + len(spoken)] += spoken[: len(self.sound[side]) - first]
        told = {
            "speaker": side,
            "item_id": f"item_{len(self.utterances)}",
            "text": text,
            "start": start,
            "end": start + seconds,
        }
        self.utterances.append(told | {"interrupted": False, "kind": "turn", "heard": None} | more)
        return self

    def call(self, at, name, arguments, side="agent", **more):
        told = {"at": at, "side": side, "call_id": f"call_{len(self.calls)}", "name": name, "arguments": arguments}
        self.calls.append(told | {"result": {}, "error": None, "duration": 0.2} | more)
        return self

    def offer(self, **parameters):
        """The agent's session is told of its functions."""
        tools = [{"type": "function", "name": name, "parameters": schema} for name, schema in parameters.items()]
        event = {"type": "session.update", "session": {"tools": tools}}
        self.events.append({"at": 0.0, "side": "agent", "direction": "sent", "event": event})
        return self

    def know(self, **metadata):
        self.metadata |= metadata
        return self

    def heard(self, **line):
        """Both channels as they come over a line."""
        return {side: impaired(sound, seed, **line) for seed, (side, sound) in enumerate(self.sound.items())}

    def leave(self, root, name="typical-lost-card-s7", **line):
        folder = root / name
        folder.mkdir(parents=True)
        told = {"conversation_id": name}
        for file, document in (
            ("transcript.json", told | {"utterances": sorted(self.utterances, key=lambda each: each["start"])}),
            ("function_calls.json", told | {"calls": self.calls}),
            ("call_metadata.json", told | self.metadata),
            ("session_events.json", told | {"events": self.events}),
        ):
            (folder / file).write_text(json.dumps(document))
        both = {side: pcm(sound) for side, sound in self.heard(**line).items()}
        write_wav(folder / "caller_audio.wav", both["caller"][:, None])
        write_wav(folder / "cs_audio.wav", both["agent"][:, None])
        write_wav(folder / "stereo_recording.wav", np.stack([both["caller"], both["agent"]], axis=1))
        return folder


def pcm(sound):
    return np.clip(np.rint(sound), -32768, 32767).astype("<i2")


def write_wav(path, samples, rate=RATE):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def lost_card(duration=30.0):
    """A short call with everything in it: an answer, an interruption, a back-channel, two calls, a goodbye."""
    studio = Studio(duration)
    studio.offer(
        find_customer={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        replace_card={"type": "object", "properties": {"card": {"enum": ["gold", "debit"]}}, "required": ["card"]},
    )
    studio.say("agent", 0.4, 2.1, "Good morning, Northgate Bank, how can I help you?")
    studio.say("caller", 3.1, 2.4, "Hello, I have lost my gold card.")
    studio.call(5.9, "find_customer", {"name": "Maria Lopez"}, result={"verified": True})
    studio.say("agent", 6.3, 3.2, "I am sorry to hear that, I will block it now, and a new one")
    studio.say("caller", 7.4, 0.4, "Mm-hm.", kind="back_channel")
    studio.say("agent", 10.4, 1.9, "will go to 42 Maple", interrupted=True)
    studio.say("caller", 11.9, 1.6, "No, please wait, I have moved.", kind="interruption")
    studio.call(14.0, "replace_card", {"card": "gold"})
    studio.say("agent", 14.3, 2.2, "All right, to the new address then.")
    studio.say("caller", 17.2, 1.0, "Thank you, goodbye.")
    studio.say("agent", 21.0, 1.1, "Goodbye.")
    return studio
