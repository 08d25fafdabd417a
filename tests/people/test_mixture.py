import dataclasses
from collections import Counter
from statistics import fmean, stdev

from flexsim.people.mixture import Activities
from flexsim.randomness import Randomness


def test_alternating_stays_give_each_activity_its_portion_of_the_time(domain):
    activities = Activities(domain)
    rng = Randomness(11).generator("walk")
    time = Counter()
    for _ in range(60_000):
        name = activities.draw_next(rng)
        time[name] += activities.draw_duration(name, rng)
    whole = sum(time.values())
    assert abs(time["Available"] / whole - 0.8) < 0.01
    assert abs(time["Break"] / whole - 0.15) < 0.01
    assert abs(time["Unavailable"] / whole - 0.05) < 0.005


def test_stays_are_normal_around_the_base_duration_with_a_fifth_as_deviation(domain):
    activities = Activities(domain)
    rng = Randomness(12).generator("stays")
    stays = [activities.draw_duration("Break", rng) for _ in range(20_000)]
    assert abs(fmean(stays) - 300) < 2
    assert abs(stdev(stays) - 60) < 1.5
    assert min(stays) > 0


def test_a_settled_agent_is_found_by_share_of_time_and_in_the_middle_of_a_longer_stay(domain):
    activities = Activities(domain)
    rng = Randomness(13).generator("warm")
    found = [activities.draw_settled(rng) for _ in range(40_000)]
    shares = Counter(name for name, _ in found)
    assert abs(shares["Break"] / 40_000 - 0.15) < 0.01
    # Mean residual life of a renewal process: E[D^2] / (2 E[D]) = base * (1 + 0.2^2) / 2.
    residual = fmean(seconds for name, seconds in found if name == "Available")
    assert abs(residual - 600 * 1.04 / 2) < 4


def test_the_working_activity_is_available_or_else_the_one_with_most_time(domain):
    assert Activities(domain).working == "Available"
    activity = domain.dimensions["activity"]
    options = tuple(
        dataclasses.replace(option, value="Bereit") if option.value == "Available" else option
        for option in activity.all_options()
    )
    renamed = dataclasses.replace(activity, options={None: options})
    german = dataclasses.replace(domain, dimensions={**domain.dimensions, "activity": renamed})
    assert Activities(german).working == "Bereit"
