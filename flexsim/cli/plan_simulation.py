"""``flexsim plan --simulate``: how many agents a configuration takes, found by simulating it in virtual time."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flexsim.cli import output
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.fastforward.search import Case, Found

_MOST_INTERVALS: Final = 96


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line says, as far as this way of planning is concerned; times in seconds but ``hours``."""

    cfgdir: Path | None
    domaindir: Path | None
    start: str
    hours: float
    interval: float | None
    warmup: float
    level: tuple[float, float] | None  # the share, and within how many seconds; the domain's where not given
    together: bool
    confidence: float
    precision: float
    most: int
    around: int
    seed: int
    jobs: int
    cluster: str | None


def plan_by_simulation(wishes: Wishes, *, csv: bool, json: bool, quiet: bool) -> None:
    """Search, and print what was found."""
    from flexsim.cli.plan_tables import print_csv
    from flexsim.cli.virtual import timezone
    from flexsim.fastforward.answers import document

    found = _find(wishes, quiet=quiet)
    told = document(found, timezone(found.case.configuration.domain))
    if json:
        output.print_json(told)
    elif csv:
        print_csv(_rows(told))
    else:
        _print(told)


def _find(wishes: Wishes, *, quiet: bool) -> "Found":
    from flexsim.cli.virtual import spread
    from flexsim.fastforward.search import Effort, Goal, find_staffing

    case = _case(wishes)
    share = wishes.level[0] if wishes.level else case.configuration.domain.service_level.target
    if not 0 < share < 1:
        raise ConfigurationError(
            f"--service-level {share:g}: no number of agents is certain to answer everybody in time"
        )
    goal = Goal(share=share, each_queue=not wishes.together, confidence=wishes.confidence, precision=wishes.precision)
    effort = Effort(
        first=min(10, wishes.most), most=wishes.most, spread=spread(wishes.jobs, wishes.cluster), around=wishes.around
    )
    with _telling(quiet=quiet) as tell:
        return find_staffing(case, goal, effort, tell)


def _case(wishes: Wishes) -> "Case":
    from flexsim.cli.virtual import centre, moment
    from flexsim.fastforward.groups import Period
    from flexsim.fastforward.search import Case

    configuration = centre(wishes.cfgdir, wishes.domaindir, "en-us", None, wishes.seed)
    domain = configuration.domain
    if wishes.level is not None:
        level = dataclasses.replace(domain.service_level, target=wishes.level[0], threshold=wishes.level[1])
        domain = dataclasses.replace(domain, service_level=level)
        configuration = dataclasses.replace(configuration, domain=domain)
    length = wishes.hours * 3600 if wishes.interval is None else wishes.interval
    count = wishes.hours * 3600 / length
    if not count.is_integer() or count > _MOST_INTERVALS:
        raise ConfigurationError(
            f"--hours {wishes.hours:g} must be a whole number of intervals, {_MOST_INTERVALS} at most: --interval {length:g} s"
        )
    period = Period(start=moment(wishes.start, domain, "--start"), length=length, count=int(count))
    return Case.of(configuration, period, wishes.seed, wishes.warmup)


@contextmanager
def _telling(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line on stderr that says how far the search is; nothing in a pipe."""
    console = output.stderr()
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status("looking for the least staffing") as status:
        yield lambda text: status.update(f"looking for the least staffing: {text}")


def _rows(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each interval and queue."""
    return [
        {"start": each["start"], **each["agents"], "total": each["total"], "queue": queue, **level}
        for each in told["intervals"]
        for queue, level in each["queues"].items()
    ]


def _marks(told: Mapping[str, Any]) -> list[str]:
    """A short sign for each group, for tables in which the names have no room: A to Z, then AA."""
    return ["A" * (place // 26) + chr(ord("A") + place % 26) for place in range(len(told["agents"]))]


def _print(told: Mapping[str, Any]) -> None:
    from flexsim.cli.plan_tables import print_table

    goal, binding = told["goal"], told["binding"]
    output.print_line(
        f"goal: {goal['service_level']:.4g} within {goal['within']:g} s in {goal['in']}; told apart with {goal['confidence']:.0%}"
        f" confidence, or known to within {goal['precision']:.1%}"
    )
    output.print_line(f"least staffing: {told['total']} agents, {told['agent_hours']:g} agent hours")
    print_table(
        ("", "group", "agents"),
        [(mark, *each) for mark, each in zip(_marks(told), told["agents"].items(), strict=True)],
    )
    if binding is None:
        output.print_line("nobody comes in this time")
        return
    where = f"queue {binding['queue']}" if binding["queue"] else "all queues together"
    when = f" from {binding['start']}" if len(told["intervals"]) > 1 else ""
    output.print_line(f"what binds: {where}{when}, {_share(binding)} of {binding['contacts']:g} contacts")
    output.print_line("")
    _print_levels(told)
    if told["around"]:
        output.print_line("")
        _print_around(told)
    output.print_line("")
    output.print_line(
        f"{told['staffings_tried']} staffings simulated, the last of them {told['replications']} times; seed {told['seed']}"
    )


def _print_levels(told: Mapping[str, Any]) -> None:
    from flexsim.cli.plan_tables import bar, print_table
    from flexsim.fastforward.search import TOTAL

    if len(told["intervals"]) == 1:
        (only,) = told["intervals"]
        rows = [
            ("all" if queue == TOTAL else queue, level["contacts"], _share(level), bar(level["service_level"]))
            for queue, level in only["queues"].items()
        ]
        print_table(("in queue", "contacts", "SL", ""), rows)
        return
    most = max(each["total"] for each in told["intervals"]) or 1
    rows = []
    for each in told["intervals"]:
        lowest = min(each["queues"].items(), key=lambda item: item[1]["service_level"], default=None)
        worst = ("", "") if lowest is None else ("all" if lowest[0] == TOTAL else lowest[0], _share(lowest[1]))
        rows.append((each["start"][-5:], *each["agents"].values(), each["total"], bar(each["total"] / most), *worst))
    print_table(("start", *_marks(told), "agents", "", "lowest in", "SL"), rows)


def _print_around(told: Mapping[str, Any]) -> None:
    from flexsim.cli.plan_tables import bar, print_table

    marks = dict(zip(told["agents"], _marks(told), strict=True))
    rows = [
        (
            f"{marks[each['group']]} {each['change']:+d}",
            _share(each["overall"]),
            each["binding"]["queue"] or "all",
            _share(each["binding"]),
            bar(each["binding"]["service_level"]),
            "" if each["meets"] else "short",
        )
        for each in told["around"]
        if each["binding"] is not None
    ]
    print_table(("group", "SL of all", "lowest in", "SL", "", ""), rows)


def _share(level: Mapping[str, float]) -> str:
    return f"{level['service_level']:.1%} ± {level['half_width']:.1%}"
