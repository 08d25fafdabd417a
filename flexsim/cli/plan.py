"""``flexsim plan``: how many agents are needed.

What comes is read in one of four ways; the answer is a formula's, of ``flexsim.staffing``, and is shown by ``plan_tables``.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import Json, Seed, common, seed_or_fresh
from flexsim.cli.virtual import Cluster
from flexsim.errors import ConfigurationError
from flexsim.staffing.quantities import service_level, share, span

if TYPE_CHECKING:
    from flexsim.domain.model import Domain
    from flexsim.staffing.handling import Handling
    from flexsim.staffing.requirements import Interval
    from flexsim.staffing.sizing import Goals

_LARGEST: Final = 10_000_000  # bytes of a table of arrivals
_HALF_HOUR: Final = 1800.0
_SHORTEST: Final = 60.0
_LONGEST: Final = 86_400.0
_HOUSE: Final = (0.8, 20.0)
_SIMULATED: Final = (
    "start", "hours", "warmup", "together", "confidence", "precision", "replications", "seed", "jobs", "cluster",
)  # fmt: skip
_SEED: Final = 1  # of the means drawn from a domain: the same plan each time


def _option(name: str, parse: Callable[[str, str], float], metavar: str, text: str, **more: Any) -> Any:
    def parser(value: str | float) -> float:  # a default comes as it is
        return parse(value, name) if isinstance(value, str) else value

    return typer.Option(name, help=text, parser=parser, metavar=metavar, show_default=False, **more)


def plan(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    calls_per_hour: Annotated[
        float | None,
        typer.Option("--calls-per-hour", help="Calls an hour, all day long.", min=0.001, max=1e8, show_default=False),
    ] = None,
    arrivals: Annotated[
        Path | None,
        typer.Option(
            "--arrivals",
            help="A CSV file of intervals: start,calls and perhaps aht.",
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    domaindir: Annotated[
        Path | None,
        typer.Option(
            "--domaindir",
            help="A day of this domain: its folder, its file, or the name of an example (harbour-bank).",
            show_default=False,
        ),
    ] = None,
    cfgdir: Annotated[
        Path | None,
        typer.Option(
            "--cfgdir", help="A day of the domain of this configuration.", file_okay=False, show_default=False
        ),
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Which day of the domain's.", show_default=False),
    ] = None,
    interval: Annotated[
        float | None,
        _option("--interval", span, "TIME", "Length of an interval; as the file's starts tell, 30m for a domain."),
    ] = None,
    aht: Annotated[
        float | None, _option("--aht", span, "TIME", "Mean handle time, talk and wrap-up: 240, 240s, 4m, 4:00.")
    ] = None,
    patience: Annotated[
        float | None,
        _option("--patience", span, "TIME", "Mean time after which customers give up; they never do unless given."),
    ] = None,
    service_level_wanted: Annotated[
        str | None,
        typer.Option(
            "--service-level",
            metavar="SHARE/TIME",
            help="Share to be answered within a time: 0.8/20, 80/20, 80%/20s. The domain's, else 80/20, unless this or"
            " another goal is given.",
            show_default=False,
        ),
    ] = None,
    of_offered: Annotated[
        bool,
        typer.Option(
            "--of-offered",
            help="Count everybody who gives up against the service level; else those within its time are left out.",
        ),
    ] = False,
    max_abandonment: Annotated[
        float | None, _option("--max-abandonment", share, "SHARE", "The largest share that may give up: 0.05, 5%.")
    ] = None,
    max_asa: Annotated[
        float | None, _option("--max-asa", span, "TIME", "The longest average speed of answer: 10, 10s.")
    ] = None,
    max_occupancy: Annotated[
        float | None,
        _option("--max-occupancy", share, "SHARE", "The largest share of their time that agents serve: 0.85, 85%."),
    ] = None,
    shrinkage: Annotated[
        float,
        _option(
            "--shrinkage", share, "SHARE", "Share of paid time that is not worked (breaks, training); 0 unless given."
        ),
    ] = 0.0,
    around: Annotated[
        int | None,
        typer.Option(
            "--around",
            help="So many agents fewer and more are shown, too; 3, with --simulate 1 of each group.",
            min=0,
            max=200,
            show_default=False,
        ),
    ] = None,
    chart: Annotated[
        bool, typer.Option("--chart", help="Draw the curves from too few agents to more than enough, too.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    json: Json = False,
    simulate: Annotated[
        bool,
        typer.Option("--simulate", help="Simulate a configuration, skill group by skill group, in place of formulas."),
    ] = False,
    start: Annotated[
        str,
        typer.Option(
            "--start", help="With --simulate: when it begins, in the centre's time zone.", metavar="DATE[THH:MM]"
        ),
    ] = "2026-01-05T08:00",
    hours: Annotated[
        float,
        typer.Option(
            "--hours",
            help="With --simulate: how long it is; one staffing for all of it, or by --interval.",
            min=0.1,
            max=168,
        ),
    ] = 8.0,
    warmup: Annotated[
        float | None,
        typer.Option(
            "--warmup",
            help="With --simulate: hours before the start that count for nothing; 1 without intervals, else 0.",
            min=0,
            max=168,
            show_default=False,
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="With --simulate: the goal is for all queues together, not for each.")
    ] = False,
    confidence: Annotated[
        float,
        _option(
            "--confidence", share, "SHARE", "With --simulate: how sure the levels are to be told from the goal; 95%."
        ),
    ] = 0.95,
    precision: Annotated[
        float,
        _option(
            "--precision", share, "SHARE", "With --simulate: half width at which a level is known well enough; 1%."
        ),
    ] = 0.01,
    replications: Annotated[
        int,
        typer.Option("--replications", help="With --simulate: so many of a staffing at the most.", min=2, max=100_000),
    ] = 640,
    seed: Seed = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            help="With --simulate: processes; 0 is one for each core. The results are the same.",
            min=0,
            max=1024,
        ),
    ] = 1,
    cluster: Cluster = None,
) -> None:
    """Say how many agents meet a goal: by Erlang's formulas, C, and A where customers give up; or by simulation.

    By formula for an hour like any other, for the intervals of a file, or for a day of a domain. By simulation for a
    configuration as it is deployed: its workflow, skills, channels, activities and patience.

    For example, one of:

    flexsim plan --calls-per-hour 120 --aht 240 --service-level 80/20 --patience 90 --shrinkage 30%

    flexsim plan --arrivals day.csv --aht 4m --max-occupancy 85%

    flexsim plan --domaindir harbour-bank --date 2026-01-05

    flexsim plan --simulate --cfgdir config --hours 4 --service-level 80/20 --precision 3%
    """
    if simulate:
        _check_simulated(
            {
                "--calls-per-hour": calls_per_hour,
                "--arrivals": arrivals,
                "--date": date,
                "--aht": aht,
                "--patience": patience,
                "--max-abandonment": max_abandonment,
                "--max-asa": max_asa,
                "--max-occupancy": max_occupancy,
                "--of-offered": of_offered or None,
                "--shrinkage": shrinkage or None,
                "--chart": chart or None,
            }
        )
        from flexsim.cli.plan_simulation import Wishes, plan_by_simulation

        default_warmup = 0.0 if interval is not None else 1.0
        wishes = Wishes(
            cfgdir=cfgdir,
            domaindir=domaindir,
            start=start,
            hours=hours,
            interval=interval,
            warmup=3600.0 * (default_warmup if warmup is None else warmup),
            level=None if service_level_wanted is None else service_level(service_level_wanted, "--service-level"),
            together=together,
            confidence=confidence,
            precision=precision,
            most=replications,
            around=1 if around is None else around,
            seed=seed_or_fresh(context, seed),
            jobs=jobs,
            cluster=cluster,
        )
        plan_by_simulation(wishes, csv=csv, json=json, quiet=common(context).quiet)
        return
    _check_formula(context)
    _check_one(
        {"--calls-per-hour": calls_per_hour, "--arrivals": arrivals, "--domaindir": domaindir, "--cfgdir": cfgdir}
    )
    _check_belonging(date, interval, chart=chart, hour=calls_per_hour is not None, file=arrivals is not None)
    domain = _domain(domaindir, cfgdir)
    goals = _goals(
        _level(service_level_wanted, domain, others=(max_abandonment, max_asa, max_occupancy) != (None, None, None)),
        {"abandonment": max_abandonment, "asa": max_asa, "occupancy": max_occupancy, "of_offered": of_offered},
    )
    form = _Form(
        chart=chart,
        csv=csv,
        json=json,
        around=3 if around is None else around,
        shrinkage=shrinkage,
        quiet=common(context).quiet,
    )
    if calls_per_hour is not None:
        _plan_hour(calls_per_hour, aht, patience, goals, form)
    elif arrivals is not None:
        _plan_day(_from_file(arrivals, aht, interval), patience, goals, form)
    else:
        assert domain is not None, "one of the four ways"
        means = _means(domain, aht, patience)
        _plan_day(_from_domain(domain, date, means, interval, quiet=form.quiet), means.patience, goals, form)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How the answer is shown."""

    chart: bool
    csv: bool
    json: bool
    around: int
    shrinkage: float
    quiet: bool


def _check_one(ways: dict[str, object]) -> None:
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        found = f"; given: {', '.join(given)}" if given else ""
        raise ConfigurationError(f"say what is to be planned with one of {', '.join(ways)}{found}")


def _check_simulated(others: dict[str, object]) -> None:
    given = [name for name, value in others.items() if value is not None]
    if given:
        raise ConfigurationError(
            f"{given[0]} goes with formulas, not with --simulate: the domain says what comes, and who gives up"
        )


def _check_formula(context: typer.Context) -> None:
    for name in _SIMULATED:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise ConfigurationError(f"--{name} goes with --simulate: a formula knows nothing of it")


def _check_belonging(date: dt.datetime | None, interval: float | None, *, chart: bool, hour: bool, file: bool) -> None:
    if date is not None and (hour or file):
        raise ConfigurationError("--date goes with --domaindir or --cfgdir")
    if interval is not None and hour:
        raise ConfigurationError("--interval goes with --arrivals, --domaindir or --cfgdir")
    if chart and not hour:
        raise ConfigurationError("--chart goes with --calls-per-hour")
    if interval is not None and not _SHORTEST <= interval <= _LONGEST:
        raise ConfigurationError(f"--interval must be from a minute to a day: {interval:g} s")


def _domain(domaindir: Path | None, cfgdir: Path | None) -> "Domain | None":
    if domaindir is not None:
        from flexsim.domain.loading import load_domain

        return load_domain(domaindir)
    if cfgdir is not None:
        from flexsim.configuration.files import read_configuration

        return read_configuration(cfgdir).domain
    return None


def _level(wanted: str | None, domain: "Domain | None", *, others: bool) -> tuple[float | None, float]:
    """The share and the seconds of the service level; no share where only other goals count."""
    if wanted is not None:
        return service_level(wanted, "--service-level")
    target, within = (domain.service_level.target, domain.service_level.threshold) if domain else _HOUSE
    return None if others else target, within


def _goals(level: tuple[float | None, float], others: dict[str, Any]) -> "Goals":
    from flexsim.staffing.sizing import Goals

    return Goals(service_level=level[0], within=level[1], **others)


def _plan_hour(calls: float, aht: float | None, patience: float | None, goals: "Goals", form: _Form) -> None:
    from flexsim.cli.plan_tables import print_answer, print_csv
    from flexsim.staffing.demand import Demand
    from flexsim.staffing.plan import answer, answer_document, curve, row

    if aht is None:
        raise ConfigurationError("--calls-per-hour needs the mean handle time: --aht 240")
    demand = Demand(rate=calls / 3600.0, service=aht, patience=patience)
    found = answer(demand, goals, shrinkage=form.shrinkage, each_side=form.around)
    document = answer_document(found)
    if form.chart:
        agents = found.model.agents
        document["curve"] = [row(each, goals, form.shrinkage) for each in curve(demand, goals, agents)]
    if form.json:
        output.print_json(document)
    elif form.csv:
        print_csv(document.get("curve", document["around"]))
    else:
        print_answer(document)


def _plan_day(intervals: "list[Interval]", patience: float | None, goals: "Goals", form: _Form) -> None:
    from flexsim.cli.plan_tables import print_csv, print_day
    from flexsim.staffing.plan import day_document
    from flexsim.staffing.requirements import require

    with output.progress(quiet=form.quiet) as bars:
        bar = bars.add_task("plan", total=len(intervals))
        requirements = require(
            intervals, goals, patience=patience, shrinkage=form.shrinkage, step=lambda: bars.advance(bar)
        )
    document = day_document(requirements, goals, form.shrinkage, patience)
    if form.json:
        output.print_json(document)
    elif form.csv:
        print_csv(document["intervals"])
    else:
        print_day(document)


def _from_file(file: Path, aht: float | None, seconds: float | None) -> "list[Interval]":
    from flexsim.staffing.forecast import read_forecast

    try:
        with file.open(encoding="utf-8-sig") as opened:
            text = opened.read(_LARGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {file}: {getattr(error, 'strerror', None) or error}") from error
    if len(text) > _LARGEST:
        raise ConfigurationError(f"{file} is larger than {_LARGEST:,} characters, which no day's intervals take")
    return read_forecast(text, str(file), aht=aht, seconds=seconds)


def _means(domain: "Domain", aht: float | None, patience: float | None) -> "Handling":
    """What was given; else what customers drawn from the domain have on average."""
    from flexsim.randomness import Randomness
    from flexsim.staffing.handling import Handling, mean_handling

    drawn = mean_handling(domain, Randomness(_SEED).generator("plan"))
    return Handling(aht=drawn.aht if aht is None else aht, patience=drawn.patience if patience is None else patience)


def _from_domain(
    domain: "Domain", date: dt.datetime | None, means: "Handling", seconds: float | None, *, quiet: bool
) -> "list[Interval]":
    from flexsim.staffing.forecast import domain_forecast

    if domain.arrivals is None:
        raise ConfigurationError(
            f"{domain.brand} describes no arrivals over the day; say --calls-per-hour, or --arrivals FILE"
        )
    if date is None:
        raise ConfigurationError("which day is to be planned? say so with --date 2026-01-05")
    output.say(
        f"{domain.brand} on {date:%A}, {date:%Y-%m-%d} ({domain.arrivals.timezone}): handle time {means.aht:.0f} s,"
        f" patience {means.patience:.0f} s on average",
        quiet=quiet,
    )
    return domain_forecast(domain.arrivals, date.date(), aht=means.aht, seconds=seconds or _HALF_HOUR)
