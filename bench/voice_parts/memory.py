"""What a call of half an hour holds in memory, beyond what its process holds anyway."""

import gc
import json
import shutil
import tempfile
import tracemalloc
from pathlib import Path

from common import on_one_core, plans

from flexsim.voice.conversation import local, virtual
from flexsim.voice.conversation.casting import Cast
from flexsim.voice.conversation.conversing import Setting, Stage
from flexsim.voice.conversation.local import sessions
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.ports import Reply
from flexsim.voice.sound.listening import Lexicon
from flexsim.voice.sound.speaking import EspeakSpeaker

LINES = [f"This is sentence number {number}, and there are many more of them to come." for number in range(10)]
MINUTES = 30


class Chatter:
    """A mind that never comes to an end."""

    def __init__(self):
        self.count = 0

    def reply(self, _news):
        self.count += 1
        return Reply(text=LINES[self.count % len(LINES)], after=0.3)

    def overhear(self):
        return None

    def cut_off(self, said):
        pass


on_one_core()
speaker = EspeakSpeaker()
lexicon = Lexicon()
local.Lexicon = lambda **_options: lexicon
for voice in Cast(plans()[0]).voices.values():
    for (
        line
    ) in LINES:  # what is spoken and can be heard is everybody's, as in an engine, and kept within bounds of its own
        lexicon.learning(speaker).say(line, voice)
folder = Path(tempfile.mkdtemp())
held = {}
for name, minutes in (("warm", 1), ("early", 1), ("late", MINUTES)):
    plan = plans(Rules(max_duration=60.0 * minutes, max_turns=10_000))[0]
    gc.collect()
    tracemalloc.start()
    stage = Stage(plan, Setting(out=folder), virtual_time=True)
    both = sessions(speaker, 7, minds=lambda _instructions, _tools, _generator: Chatter())
    virtual.converse(stage.bridge, both, "bench")
    gc.collect()
    held[name] = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    stage.finish()
    del stage, both
shutil.rmtree(folder)
print(json.dumps(held))
