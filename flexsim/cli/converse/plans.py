"""What the commands that let conversations take place have in common: who talks about what, over which line, by which rules."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli.options import settings
from flexsim.errors import ConfigurationError, RecorderFailed, TargetUnreachable

if TYPE_CHECKING:
    from flexsim.voice.conversation.conversing import Outcome
    from flexsim.voice.conversation.doors import Way
    from flexsim.voice.conversation.rules import Rules
    from flexsim.voice.sound.impairments import Impairments


class Turns(StrEnum):
    """Who finds the end of a turn."""

    SERVER_VAD = "server_vad"
    SEMANTIC_VAD = "semantic_vad"
    MANUAL = "manual"


class Provider(StrEnum):
    """Whose voices and minds."""

    LOCAL = "local"
    OPENAI = "openai"


CONVERSATIONS = Path("agent_conversations")

Out = Annotated[Path, typer.Option("--out", help="Folder that gets the conversation's own folder.", file_okay=False)]
Where = Annotated[Path, typer.Option("--out", help="Folder with the conversations.", file_okay=False)]
WithProvider = Annotated[
    Provider,
    typer.Option("--provider", help="local is our own engine; openai needs OPENAI_API_KEY, and costs money."),
]
Model = Annotated[
    str | None,
    typer.Option("--model", help="The model of a session; the engine has one, and OpenAI several.", show_default=False),
]
TurnTaking = Annotated[
    Turns,
    typer.Option(
        "--turns",
        help="Who finds the end of a turn: the listening session by silence (server_vad), the same without stopping for an"
        " mm-hm (semantic_vad), or we, where a response is over (manual: nobody can interrupt).",
    ),
]
Duration = Annotated[
    float, typer.Option("--duration", help="Seconds after which a conversation is ended.", min=1, max=1800)
]
MaxTurns = Annotated[
    int, typer.Option("--max-turns", help="Turns of both together after which it is ended.", min=1, max=10_000)
]
SilenceTimeout = Annotated[
    float, typer.Option("--silence-timeout", help="Seconds of silence after which it is ended.", min=1, max=600)
]
Noise = Annotated[
    float | None,
    typer.Option(
        "--noise",
        help="Noise on the line: speech over it, in dB; none unless given.",
        min=-20,
        max=100,
        show_default=False,
    ),
]
Mulaw = Annotated[bool, typer.Option("--mulaw", help="Sound as on a telephone: 8 kHz, G.711 mu-law.")]
Loss = Annotated[
    float, typer.Option("--loss", help="Share of the packets of sound (20 ms) that are lost.", min=0, max=1)
]
Delay = Annotated[
    int, typer.Option("--delay", help="Milliseconds by which the line is late, each way.", min=0, max=5000)
]
EngineUrl = Annotated[
    str | None,
    typer.Option(
        "--engine-url",
        help="An engine that runs already (flexsim converse engine); one is started for the purpose unless given.",
        show_default=False,
    ),
]
EngineKey = Annotated[
    str | None,
    typer.Option(
        "--engine-key",
        help="The API key that this engine wants, if it wants one. \\[env: CONVERSE_API_KEY]",
        show_default=False,
    ),
]
Acoustic = Annotated[
    bool,
    typer.Option("--acoustic", help="Hear by the sound alone, always; costs ten times as much where a line is good."),
]


def rules(turns: Turns, duration: float, max_turns: int, silence_timeout: float) -> "Rules":
    """The options as the library wants them."""
    from flexsim.voice.conversation import rules as library

    return library.Rules(
        turns=library.TurnTaking(turns.value),
        max_duration=duration,
        max_turns=max_turns,
        silence_timeout=silence_timeout,
    )


def impairments(noise: float | None, loss: float, delay: int, *, mulaw: bool) -> "Impairments":
    """The same of the line."""
    from flexsim.voice.sound.impairments import Impairments

    return Impairments(noise_db=noise, mulaw=mulaw, loss=loss, delay_ms=delay)


def way(  # noqa: PLR0913 -- as many options are about it
    context: typer.Context,
    provider: Provider,
    url: str | None,
    key: str | None,
    model: str | None,
    *,
    exact: bool,
) -> "Way":
    """Where sessions are opened; raises ConfigurationError where the options do not go together."""
    from flexsim.voice.conversation.doors import Way
    from flexsim.voice.realtime.session import MODEL

    if provider is Provider.OPENAI:
        if url is not None:
            raise ConfigurationError(
                "--engine-url is the address of a local engine; leave it out, or --provider openai"
            )
        return Way(openai=True, key=_openai_key(settings(context).openai_api_key), model=model or MODEL)
    if url is not None:
        key = key or settings(context).engine_api_key
    return Way(url=url, key=key, exact=exact, model=model or MODEL)


def _openai_key(key: str | None) -> str:
    if key is None:
        raise ConfigurationError("--provider openai needs OPENAI_API_KEY, in the environment or in .env")
    return key


def raise_if_lost(outcome: "Outcome") -> None:
    """What a conversation that was cut short means for the command: an exit code, and a line that says why."""
    from flexsim.voice.conversation.records import EndReason

    reason = outcome.end_reason
    if reason is EndReason.INTERRUPTED:
        raise KeyboardInterrupt
    if reason in {EndReason.CALLER_LOST, EndReason.AGENT_LOST}:
        side = reason.value.removesuffix("_lost")
        raise TargetUnreachable(f"the {side}'s session was lost; what there was is in {outcome.folder}")
    if reason is EndReason.RECORDER_FAILED:
        raise RecorderFailed(f"the recording could not be written any more; what was written is in {outcome.folder}")
