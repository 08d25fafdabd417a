"""How many times faster than real time conversations take place in virtual time, by CPU time."""

import json
import shutil
import tempfile
import time
from pathlib import Path

from common import Unrecorded, on_one_core, plans

from flexsim.voice.conversation import virtual
from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.casting import Cast, ending
from flexsim.voice.conversation.conversing import Setting, converse_virtually
from flexsim.voice.conversation.local import sessions
from flexsim.voice.sound.speaking import EspeakSpeaker

ROUNDS = 3


def unrecorded(plan, speaker, *, exact):
    bridge = Bridge(Cast(plan).parts(), plan.rules, ending=ending, recording=Unrecorded(), watch=lambda _: None)
    both = sessions(speaker, plan.seed, exact=exact)
    started = time.process_time()
    virtual.converse(bridge, both, "bench")
    return bridge.talk.frame_time, time.process_time() - started


def recorded(plan, speaker, *, exact):
    folder = Path(tempfile.mkdtemp())
    started = time.process_time()
    outcome = converse_virtually(plan, Setting(out=folder), speaker, exact=exact)
    spent = time.process_time() - started
    shutil.rmtree(folder)
    return outcome.metadata["duration"], spent


def best(converse, speaker, *, exact, rounds=ROUNDS):
    """Times real time over all cases: of several rounds the best, as others use the machine too."""
    found = []
    for _ in range(rounds):
        pairs = [converse(plan, speaker, exact=exact) for plan in plans()]
        found.append(sum(seconds for seconds, _ in pairs) / sum(spent for _, spent in pairs))
    return max(found)


on_one_core()
fresh = best(recorded, EspeakSpeaker(), exact=True, rounds=1)
speaker = EspeakSpeaker(cache_seconds=7200)
for kind in (True, False):
    best(unrecorded, speaker, exact=kind, rounds=1)
print(
    json.dumps(
        {
            "fresh_recorded": fresh,
            "exact": best(unrecorded, speaker, exact=True),
            "exact_recorded": best(recorded, speaker, exact=True),
            "acoustic": best(unrecorded, speaker, exact=False, rounds=2),
            "acoustic_recorded": best(recorded, speaker, exact=False, rounds=2),
        }
    )
)
