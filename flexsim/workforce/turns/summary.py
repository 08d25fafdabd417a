"""The analyst's summary of a turn: numbers and their changes, what was decided and what that was followed by. Pure."""

from collections.abc import Sequence

from flexsim.workforce.company.model import GOAL, Ledger
from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.records import CompanyState, Decision


def summarise(before: CompanyState, after: CompanyState, decisions: Sequence[Decision], ledger: Ledger) -> str:
    """Every sentence is a number of the week, and what it was the week before."""
    parts = [_service(before, after, ledger), _customers(before, after, ledger), _money(before, after)]
    parts += [_people(after, ledger), _product(before, after, ledger), _decisions(decisions)]
    return f"Week {after.turn}: " + " ".join(each for each in parts if each)


def _service(before: CompanyState, after: CompanyState, ledger: Ledger) -> str:
    short = f"{abs(after.service_level - GOAL) * 100:.1f} points {'above' if after.service_level >= GOAL else 'below'} the goal"
    return (
        f"{after.contacts:,} contacts, {after.service_level:.1%} answered in time ({_points(before.service_level, after.service_level)},"
        f" {short}), agents busy {ledger.occupancy:.0%} of their time."
    )


def _customers(before: CompanyState, after: CompanyState, ledger: Ledger) -> str:
    return (
        f"{ledger.won:,} customers won, {ledger.lost:,} lost: {after.customers:,} ({after.customers - before.customers:+,});"
        f" churn {after.churn:.2%} ({_points(before.churn, after.churn, 2)})."
    )


def _money(before: CompanyState, after: CompanyState) -> str:
    price = f" Price ${after.price:.2f} (was ${before.price:.2f})." if after.price != before.price else ""
    return (
        f"Revenue ${after.revenue:,.1f}k, costs ${after.costs:,.1f}k, budget ${after.budget:,.1f}k"
        f" ({after.budget - before.budget:+,.1f}k).{price}"
    )


def _people(after: CompanyState, ledger: Ledger) -> str:
    moves = [
        f"{team} {count:+d}"
        for team in after.headcount
        if (count := ledger.hired[team] - ledger.let_go[team] - ledger.left[team])
    ]
    moved = f" ({', '.join(moves)})" if moves else ""
    return f"{sum(after.headcount.values())} people{moved}, morale {after.morale:.2f}."


def _product(before: CompanyState, after: CompanyState, ledger: Ledger) -> str:
    release = f"release {after.releases} shipped" if ledger.shipped else f"{after.release_in:.1f} weeks to the release"
    outage = f", outage {after.incident:.0%}" if after.incident else (", the outage is over" if before.incident else "")
    return (
        f"Quality {after.quality:.2f} ({after.quality - before.quality:+.3f}), backlog {after.backlog:,.0f}"
        f" ({after.backlog - before.backlog:+,.0f}), {release}{outage}."
    )


def _decisions(decisions: Sequence[Decision]) -> str:
    done = [ACTIONS[each.proposal.kind].says(each.proposal.amount) for each in decisions if each.accepted]
    of = f"{len(done)} of {len(decisions)} proposals accepted"
    return f"{of}: {', '.join(done)}." if done else f"{of}."


def _points(before: float, after: float, digits: int = 1) -> str:
    return f"{(after - before) * 100:+.{digits}f} points"
