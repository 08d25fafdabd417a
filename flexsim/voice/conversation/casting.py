"""Who takes part in a conversation, and what their sessions are told: the same for the local engine and for OpenAI's. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from flexsim.randomness import Randomness
from flexsim.voice.conversation.records import Side
from flexsim.voice.conversation.rules import Answer, Functions, Part, Rules, TurnTaking
from flexsim.voice.dialogue import instructions, tools
from flexsim.voice.dialogue.desk import Desk, desk_for
from flexsim.voice.dialogue.personas import Agent, Caller, Scenario, agents_voice, voice_of
from flexsim.voice.ports import RATE, Tool, Voice
from flexsim.voice.realtime.configuration import Configuration, TurnDetection
from flexsim.voice.sound.impairments import Impairments, Line
from flexsim.voice.sound.voices import name_of

_USUAL_RATE: Final = 170.0  # words a minute that a speed of 1 is taken for
_SPEEDS: Final = (0.25, 1.5)  # that OpenAI's sessions speak at
_TRANSCRIBER: Final = "gpt-4o-mini-transcribe"


class Provider(StrEnum):
    """Whose Realtime server it is."""

    LOCAL = "local"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One conversation, before it takes place: the same plan, in virtual time, gives the same bytes."""

    caller: Caller
    scenario: Scenario
    agent: Agent
    seed: int
    provider: Provider = Provider.LOCAL
    rules: Rules = field(default_factory=Rules)
    impairments: Impairments = field(default_factory=Impairments)

    @property
    def name(self) -> str:
        """What it is called, where no other is called so."""
        return f"{self.caller.name}-{self.scenario.name}-s{self.seed}"


class Cast:
    """Both sides of a planned conversation."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._randomness = Randomness(plan.seed)
        language = plan.caller.persona.language
        self.desk: Desk = desk_for(plan.scenario, plan.agent, self._generator("desk"))
        self.voices: Mapping[Side, Voice] = {
            Side.CALLER: voice_of(plan.caller.persona, self._generator("voice")),
            Side.AGENT: agents_voice(plan.agent, language),
        }
        self._instructions = {
            Side.CALLER: instructions.for_caller(plan.caller, plan.scenario),
            Side.AGENT: instructions.for_agent(plan.agent, language),
        }
        self._tools: Mapping[Side, tuple[Tool, ...]] = {
            Side.CALLER: tools.for_caller(),
            Side.AGENT: tuple(self.desk.tools),
        }

    def parts(self) -> Mapping[Side, Part]:
        """What the bridge needs of each side."""
        functions: Mapping[Side, Functions] = {Side.CALLER: _callers_functions, Side.AGENT: self._agents_functions}
        return {side: self._part(side, functions[side]) for side in Side}

    def document(self) -> dict[str, Any]:
        """What the recording's metadata say about it."""
        plan = self._plan
        return {
            "seed": plan.seed,
            "provider": plan.provider.value,
            "caller": asdict(plan.caller),
            "scenario": asdict(plan.scenario),
            "agent": asdict(plan.agent),
            "turn_taking": plan.rules.turns.value,
            "impairments": asdict(plan.impairments),
            "audio": {"rate": RATE} | {f"{side}_voice": name_of(voice) for side, voice in self.voices.items()},
        }

    def _part(self, side: Side, functions: Functions) -> Part:
        impairments = self._plan.impairments
        line = None if impairments.none else Line(impairments, self._generator("line", side))
        return Part(
            session=self._session(side),
            functions=functions,
            carry=None if line is None else line.carry,
            delay=impairments.delay_ms / 1000,
        )

    def _session(self, side: Side) -> Configuration:
        voice, plan = self.voices[side], self._plan
        local = plan.provider is Provider.LOCAL
        return Configuration(
            instructions=self._instructions[side],
            voice=name_of(voice) if local else voice.name,
            speed=1.0 if local else _speed(voice.rate),
            turn_detection=_turn_detection(plan.rules.turns),
            transcription={"model": _TRANSCRIBER},
            tools=self._tools[side],
        )

    def _agents_functions(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        return Answer(*self.desk.call(name, arguments))

    def _generator(self, *purpose: str) -> Any:
        return self._randomness.generator("conversation", *purpose)


def _turn_detection(turns: TurnTaking) -> TurnDetection | None:
    return None if turns is TurnTaking.MANUAL else TurnDetection(semantic=turns is TurnTaking.SEMANTIC_VAD)


def _speed(rate: int) -> float:
    """What comes nearest to a rate in words a minute, where voices have speeds."""
    return round(min(max(rate / _USUAL_RATE, _SPEEDS[0]), _SPEEDS[1]), 2)


def _callers_functions(name: str, _arguments: Mapping[str, Any]) -> Answer:
    """A caller can hang up, and nothing else."""
    if name == tools.HANG_UP:
        return Answer({"status": "ended"}, None, 0.0)
    return Answer(None, f"no such function: {name}", 0.0)


def ending(side: Side, name: str, arguments: Mapping[str, Any]) -> str | None:
    """How the conversation ends by this call, once it is answered."""
    return tools.ending(side.value, name, arguments)
