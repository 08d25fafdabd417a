"""What a configuration takes for granted in a workspace."""

from dataclasses import replace

from flexsim.configuration.needs import is_working, needed_activities, needed_channels


def test_channels_of_customers_and_of_workers_are_needed_each_once(configuration):
    spare = replace(configuration.workers[0], capacities={"fax": 1})
    needed = needed_channels(replace(configuration, workers=(spare, *configuration.workers[1:])))
    used = [str(option.value) for option in configuration.domain.dimensions["channel"].all_options()]
    assert needed == (*used, "fax")


def test_the_activity_of_the_logged_out_is_always_needed(domain):
    assert needed_activities(domain)[-1] == "Offline"


def test_agents_work_where_flex_says_or_where_they_are_most(domain):
    assert is_working(domain, "Available")
    assert not is_working(domain, "Break")
    activity = domain.dimensions["activity"]
    options = tuple(
        replace(option, value="Bereit") if option.value == "Available" else option for option in activity.options[None]
    )
    german = replace(domain, dimensions={**domain.dimensions, "activity": replace(activity, options={None: options})})
    most = max(options, key=lambda option: option.portion).value
    assert is_working(german, most)
    assert not is_working(german, "Available")
