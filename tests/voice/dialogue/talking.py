"""Two minds joined by words alone, no sound: thousands of conversations in seconds."""

from dataclasses import dataclass, field

from flexsim.randomness import Randomness
from flexsim.voice.dialogue import instructions, tools
from flexsim.voice.dialogue.agents import agent as agent_named
from flexsim.voice.dialogue.callers import caller as caller_named
from flexsim.voice.dialogue.desk import desk_for
from flexsim.voice.dialogue.judge import Ended, judge
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.dialogue.scenarios import scenario as scenario_named
from flexsim.voice.ports import Heard, InterjectionKind, ToolResult

CHARACTERS_A_SECOND = 15.0
MOST_TURNS = 200


@dataclass
class Talk:
    """What was said, as (side, text, kind), what was called, and how it ended."""

    lines: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    after: list = field(default_factory=list)  # (side, seconds) of each answer
    overheard: list = field(default_factory=list)  # (side, interjection or None)
    end_reason: str = ""
    verdict: object = None

    def text(self):
        return "\n".join(
            f"{side:>6}{'' if kind == 'turn' else ' (' + kind + ')'}: {text}" for side, text, kind in self.lines
        )

    def turns(self, side):
        return sum(each[0] == side and each[2] == "turn" for each in self.lines)


class Line:
    """The telephone line: who hears what, interrupted or not, understood or not."""

    def __init__(self, caller, scenario, agent, seed=0, misheard=0.0, barge_in=True):
        self.randomness = Randomness(seed)
        self.chance = self.randomness.generator("line")
        self.misheard, self.barge_in = misheard, barge_in
        self.scenario, self.goal = scenario, caller.goal or scenario.goal
        self.desk = desk_for(scenario, agent, self.randomness.generator("desk"))
        self.minds = {
            "caller": make_mind(
                instructions.for_caller(caller, scenario), tools.for_caller(), self.randomness.generator("caller")
            ),
            "agent": make_mind(
                instructions.for_agent(agent, caller.persona.language),
                tools.for_agent(agent.domain),
                self.randomness.generator("agent"),
            ),
        }
        self.talk = Talk()
        self.language = caller.persona.language

    def run(self):
        before = self.desk.snapshot()
        news = {"caller": [], "agent": []}
        side, silences = "agent", 0
        for _ in range(MOST_TURNS):
            spoke = self.turn(side, news)
            if self.talk.end_reason:
                break
            silences = 0 if spoke else silences + 1
            side = "caller" if side == "agent" else "agent"
            if silences >= 2 and not news["caller"] and not news["agent"] and silences > 6:
                self.talk.end_reason = "timeout"
                break
        self.talk.end_reason = self.talk.end_reason or "endless"
        ended = Ended(
            before=before,
            after=self.desk.snapshot(),
            end_reason=self.talk.end_reason,
            turns=self.talk.turns("caller"),
            said=[text for speaker, text, _ in self.talk.lines if speaker == "agent"],
            language=self.language,
        )
        self.talk.verdict = judge(self.goal, ended)
        return self.talk

    def turn(self, side, news):
        """One side speaks, calls, speaks again, until it has nothing more to call."""
        other = "caller" if side == "agent" else "agent"
        spoke = False
        heard, news[side] = news[side], []
        while True:
            reply = self.minds[side].reply(heard)
            heard = []
            if reply.text:
                spoke = True
                self.talk.after.append((side, reply.after))
                self.say(side, other, reply.text, news)
            for call in reply.calls:
                outcome = self.desk.call(call.name, call.arguments)
                self.talk.calls.append((side, call.name, call.arguments, outcome))
                ending = (
                    tools.ending(side, call.name, call.arguments) if outcome.error is None or side == "caller" else None
                )
                if ending:
                    self.talk.end_reason = ending
                    return spoke
                heard.append(ToolResult(name=call.name, output=outcome.text()))
            if not heard:
                return spoke

    def say(self, side, other, text, news):
        interjection = self.minds[other].overhear()
        self.talk.overheard.append((other, interjection))
        complete = True
        if interjection is not None and interjection.after < len(text) / CHARACTERS_A_SECOND:
            kind = interjection.kind
            if kind is InterjectionKind.INTERRUPTION and self.barge_in:
                complete = False
                text = text[: int(interjection.after * CHARACTERS_A_SECOND)].rpartition(" ")[0]
                self.minds[side].cut_off(text)
                news[side].append(Heard(text=interjection.text))
            self.talk.lines.append((side, text, "turn"))
            self.talk.lines.append((other, interjection.text, kind.value))
        else:
            self.talk.lines.append((side, text, "turn"))
        if self.chance.random() < self.misheard:
            news[other].append(Heard(text="", understood=False))
        else:
            news[other].append(Heard(text=text, complete=complete))


def talk(caller="typical", scenario="lost-card", agent=None, **options):
    """One conversation, by names or by records."""
    caller = caller_named(caller) if isinstance(caller, str) else caller
    scenario = scenario_named(scenario) if isinstance(scenario, str) else scenario
    agent = agent_named(agent or scenario.domain) if agent is None or isinstance(agent, str) else agent
    return Line(caller, scenario, agent, **options).run()
