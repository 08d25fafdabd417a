"""The local engine without a server: its sessions in this process, with its voices, ears and minds."""

from collections.abc import Mapping

from flexsim.voice.conversation.records import Side
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.ports import MindMaker, Speaker
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.realtime.session import ServerSession
from flexsim.voice.sound.listening import Lexicon


def sessions(
    speaker: Speaker, seed: int, *, exact: bool = True, minds: MindMaker = make_mind
) -> Mapping[Side, ServerSession]:
    """Two sessions that hear what ``speaker`` says in them. ``exact`` false: by the sound alone, whatever was known before.

    What they may know again is theirs alone, so that no conversation depends on another.
    """
    setup = local_setup(minds, speaker=speaker, lexicon=Lexicon(copies=False), exact=exact)
    return {side: ServerSession(setup, seed=seed, name=side.value) for side in Side}
