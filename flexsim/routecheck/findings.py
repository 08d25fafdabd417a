"""What lint can find: every kind of finding with its code and severity, and one finding at its place. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

Place: TypeAlias = tuple[str | int, ...]


class Severity(StrEnum):
    """How bad it is: errors never do what they seem to say, warnings hardly ever do, notes can be meant."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of finding; ``title`` names the fault, ``advice`` says what to do about it."""

    code: str
    severity: Severity
    title: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: in ``file``, at ``place`` (keys and indexes from the document's root), and what is wrong there."""

    kind: Kind
    file: str
    place: Place
    sentence: str

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901)."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.place)

    def as_dict(self, line: int) -> dict[str, Any]:
        """As ``flexsim lint --json`` prints it."""
        return {
            "code": self.kind.code,
            "severity": self.kind.severity.value,
            "file": self.file,
            "pointer": self.pointer,
            "line": line,
            "message": self.sentence,
            "advice": self.kind.advice,
        }


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_TABLE: Final = (
    # What TaskRouter refuses or ignores.
    ("FX001", _E, "expression that does not parse", "correct the expression; TaskRouter refuses it"),
    ("FX002", _E, "queue that is missing", "add the queue to queues.json or name one that is there"),
    ("FX003", _E, "name given twice", "give each its own name; TaskRouter refuses the second"),
    ("FX004", _E, "malformed workflow", "correct it; TaskRouter refuses the workflow"),
    ("FX005", _E, "priority out of range", "use a whole number from 0 to 2147483647; the highest is served first"),
    ("FX006", _E, "too long for Twilio", "shorten it; TaskRouter refuses it"),
    ("FX007", _W, "property that TaskRouter does not know", "correct its name or remove it; TaskRouter ignores it"),
    # Expressions.
    ("FX010", _E, "expression that contradicts itself", "no value can satisfy it: correct one side of the contradiction"),
    ("FX011", _E, "expression that no task of the domain satisfies", "use values that the domain's dimensions have"),
    ("FX012", _E, "comparison of the wrong types", "compare like with like, and lists with HAS or IN"),
    ("FX013", _W, "task attribute that nothing sets", "correct its name, or add a dimension with it to the domain"),
    ("FX014", _E, "attribute named from the wrong side", "filters and queues name attributes bare; targets say task. and worker."),
    ("FX015", _W, "comparison of two constants", "names of attributes stand without quotes; 1==1 is how to say always"),
    # Filters.
    ("FX020", _E, "filter that nothing reaches", "move it before the filters that keep its tasks, or narrow those"),
    ("FX021", _W, "filter in the shadow of earlier ones", "move it before them, or narrow them, unless it is meant for overflow"),
    ("FX022", _W, "filters of the same name", "name each for what it takes: reports cannot tell them apart"),
    ("FX023", _W, "tasks that fall to the default filter", "add a filter for them, unless the default is meant for them"),
    ("FX024", _E, "tasks that no filter takes", "add a filter for them or a default_filter: TaskRouter refuses such tasks"),
    # Targets.
    ("FX030", _E, "target that nothing reaches", "give every target before it a timeout or a skip_if"),
    ("FX031", _W, "escalation to the same workers", "let the later target ask more workers or raise the priority, or remove it"),
    ("FX032", _E, "target that no worker satisfies", "correct the expression, or give workers of the queue what it asks for"),
    ("FX033", _W, "skip_if that is never true", "compare workers.available or workers.unavailable with a number that they can be"),
    ("FX034", _W, "skip_if that is always true", "say 1==1 if that is meant"),
    ("FX035", _W, "known worker that no task names", "correct the attribute's name, or let the domain's tasks have it"),
    ("FX036", _W, "order_by that orders nobody", "order by an attribute that is a whole number for some worker of the queue"),
    ("FX037", _W, "target that comes too late", "shorten the timeouts before it: by then every customer has given up"),
    # Queues and workers.
    ("FX040", _E, "queue that no worker serves", "correct its expression, or give workers what it asks for"),
    ("FX041", _W, "queue that no target leads to", "add a target to it or remove it"),
    ("FX042", _E, "queue in which nobody takes a channel", "give a worker of the queue a capacity on the channel"),
    ("FX043", _W, "worker attribute that no worker has", "correct its name, or give it to workers"),
    ("FX050", _W, "worker who gets nothing", "give the worker what some queue asks for"),
    ("FX051", _W, "worker without capacity", "give the worker a capacity of at least 1 on some channel"),
    ("FX052", _E, "channel that nobody takes", "give workers a capacity on it: its tasks wait until they are canceled"),
    ("FX053", _W, "capacity given twice", "keep one: the last counts"),
    ("FX054", _N, "capacity on a channel that no customer uses", "remove it, or correct the channel's name"),
    # Time.
    ("FX060", _W, "shift that nobody works", "raise its share or the number of agents"),
    ("FX061", _W, "arrivals while nobody is on shift", "lengthen a shift, or let no customers come then"),
    ("FX062", _W, "arrivals while nobody of the queue is on shift", "put some of the queue's workers on a shift that covers it"),
    ("FX063", _N, "activity that nobody is ever in", "give it a portion or remove it"),
    ("FX064", _W, "reservation timeout too short to answer", "give people at least 6 seconds, one ring"),
    ("FX065", _W, "reservation timeout as long as the target's", "shorten it: one unanswered offer uses up the target's time"),
    ("FX066", _W, "arrivals while everybody on shift is on break", "stagger the breaks: give part of the shift others"),
)  # fmt: skip
KINDS: Final = {
    code: Kind(code=code, severity=severity, title=title, advice=advice) for code, severity, title, advice in _TABLE
}
