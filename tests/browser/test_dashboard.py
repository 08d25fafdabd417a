"""The dashboard in a real browser: right, alive, usable by everybody, and deaf to what data would like it to do."""

import json
import threading
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from flexsim.clock import ManualClock
from flexsim.demo.view import duration, share
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.measure.summary import summarize
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorker, NewWorkflow, TaskChanges

QUEUES = ("Sales", "Service")
HOSTILE = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"
LIVE = "#link[data-link=live]"
FIGURES = ("offered", "handled", "abandoned", "waiting", "longest_waiting", "service_level", "asa", "aht")
READ = """() => ({
  seq: Number(document.querySelector('#board').dataset.seq),
  total: Object.fromEntries([...document.querySelectorAll('#figures [data-figure]')]
    .map(each => [each.dataset.figure, each.dataset.value === undefined ? null : Number(each.dataset.value)])),
  queues: Object.fromEntries([...document.querySelectorAll('#queues tbody tr')].map(line => [line.cells[0].textContent,
    Object.fromEntries([...line.querySelectorAll('td')]
      .map(each => [each.dataset.figure, each.dataset.value === undefined ? null : Number(each.dataset.value)]))])),
})"""


class Centre:
    """A server on a thread of its own, with two queues and a few agents, moved on by hand or by the clock."""

    def __init__(self, router, clock, agents=6):
        self.router, self.clock = router, clock
        self.workspace = next(router.workspaces.workspaces())
        self.engine = self.workspace.engine
        self.tasks = []
        self.here(self.furnish, agents)

    def here(self, work, *args):
        """Do it where the server does everything."""
        return self.router._on_its_loop(lambda: work(*args))

    def do(self, *args, **kwargs):
        return self.router.workspaces.do(self.workspace, *args, **kwargs)

    def furnish(self, agents):
        engine = self.engine
        filters = []
        for number, name in enumerate(QUEUES):
            self.do(engine.create_task_queue, NewTaskQueue(name=name, target_workers=f"team == {number}"))
            sid = engine.sids.sid("WQ", number + 1)
            filters.append(
                {"filter_friendly_name": name, "expression": f"team == {number}", "targets": [{"queue": sid}]}
            )
        text = json.dumps({"task_routing": {"filters": filters}})
        self.do(engine.create_workflow, NewWorkflow(name="Teams", configuration=text))
        self.available = next(each.id for each in engine.activities.values() if each.available)
        for number in range(agents):
            self.hire(f"Agent {number + 1:04}", number % len(QUEUES))

    def hire(self, name, team=0, **attributes):
        new = NewWorker(name=name, attributes={"team": team, **attributes}, activity=self.available)
        self.do(self.engine.create_worker, new)

    def arrive(self, team=0, channel="voice", **attributes):
        workflow, number = max(self.engine.workflows), self.engine.channel_by_name[channel]
        new = NewTask(workflow=workflow, channel=number, attributes={"team": team, **attributes})
        task = self.do(self.engine.create_task, new)[0][2]
        self.tasks.append(task)
        return task

    def accept(self, task):
        self.do(self.engine.accept, next(iter(self.engine.tasks[task].open_reservations)))

    def end(self, task, status, reason=None):
        self.do(self.engine.update_task, task, TaskChanges(status=status, reason=reason))

    def pass_time(self, seconds):
        self.here(self.clock.advance, seconds)

    def a_while(self):
        """Some of everything."""
        for team, channel in ((0, "voice"), (1, "chat"), (0, "chat"), (1, "voice"), (0, "voice"), (0, "voice")):
            self.here(self.arrive, team, channel)
            self.pass_time(3)
        for task in self.tasks[:4]:
            self.here(self.accept, task)
            self.pass_time(5)
        self.pass_time(40)
        self.here(self.end, self.tasks[0], "wrapping")
        self.pass_time(9)
        self.here(self.end, self.tasks[0], "completed")
        self.here(self.end, self.tasks[1], "completed")
        self.here(self.end, self.tasks[5], "canceled", "gave up")
        for _ in range(4):
            self.here(self.arrive, 1)
        self.pass_time(2)

    def summary(self):
        return self.here(lambda: self.router.dashboard.feed(self.workspace).summary(self.router.workspaces.clock.now()))


@pytest.fixture
def centre():
    clock = ManualClock()
    with LocalTaskRouter(clock=clock) as router:
        yield Centre(router, clock)


def shown_at(page, sequence):
    """What the page shows once it shows this event."""
    page.wait_for_selector(f"#board[data-seq='{sequence}']")
    return page.evaluate(READ)


def until(page, expression):
    """Once it is true; not ``wait_for_function``, whose evaluation of text the page's policy forbids."""
    deadline = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(20)


def same(shown, figures):
    rounded = {name: shown[name] if shown[name] is None else round(shown[name], 4) for name in FIGURES}
    return rounded == pytest.approx({name: figures[name] for name in FIGURES}, abs=0.0501)


def test_the_page_loads_without_a_complaint_and_asks_nobody_outside(opened, centre):
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    until(page, "document.querySelectorAll('.uplot canvas').length === 4")
    assert len(page.watch.asked) > 12
    assert page.title() == "Flex Task Assignment · flexsim"
    assert page.locator(".agent").count() == 6
    # "opened" checks the rest when the test is over


def test_its_figures_are_those_of_the_statistics_at_the_same_event(opened, centre):
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    centre.a_while()
    summary = centre.summary()
    shown = shown_at(page, summary["sequence"])
    assert summary["total"]["handled"] == 2
    assert same(shown["total"], summary["total"])
    assert shown["total"]["occupancy"] == pytest.approx(summary["occupancy"], abs=1e-3)
    assert set(shown["queues"]) == set(summary["queues"])
    for name, figures in summary["queues"].items():
        assert same(shown["queues"][name], figures), name
    words = {
        each: page.locator(f"#figures [data-figure={each}] .value").inner_text() for each in ("service_level", "aht")
    }
    total = summary["total"]
    assert words == {"service_level": share(total["service_level"]), "aht": duration(total["aht"])}
    assert page.locator("#activities [data-activity=Available] b").inner_text() == "6"


def test_they_are_at_every_event_that_it_shows_while_much_happens(opened):
    """What the page reads in one go belongs to one event: the figures at each are written down as they happen."""
    with LocalTaskRouter() as router:
        centre = Centre(router, None, agents=8)
        feed = router.dashboard.feed(centre.workspace)
        known = {}

        def remember(_):
            known[feed.sequence] = summarize(feed.statistics, feed.statistics.last)["total"]

        router.workspaces.subscribe(remember)
        stopping = threading.Event()
        accepted = []

        def bustle():
            while not stopping.wait(0.01):
                task = centre.here(centre.arrive, len(centre.tasks) % 2)
                if centre.engine.tasks[task].open_reservations:
                    centre.here(centre.accept, task)
                    accepted.append(task)
                if len(accepted) > 5:
                    centre.here(centre.end, accepted.pop(0), "completed")

        page = opened(router.dashboard_url)
        page.wait_for_selector(LIVE)
        thread = threading.Thread(target=bustle)
        thread.start()
        seen = {}
        try:
            while len(seen) < 15:
                shown = page.evaluate(READ)
                seen[shown["seq"]] = shown["total"]
                page.wait_for_timeout(40)
        finally:
            stopping.set()
            thread.join()
        compared = [(known[seq], total) for seq, total in seen.items() if seq in known]
        assert len(compared) >= 14
        for figures, total in compared:
            for name in ("offered", "handled", "abandoned", "waiting", "service_level"):
                expected = figures[name]
                assert total[name] == pytest.approx(expected, abs=1e-4) if expected is not None else total[name] is None


def test_it_says_that_it_is_disconnected_and_comes_back_by_itself(opened, centre):
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    router = centre.router
    router.__exit__(None, None, None)
    page.wait_for_selector("#link[data-link=lost]")
    assert page.locator("#link").inner_text() == "Disconnected, trying again"
    with router:
        page.wait_for_selector(LIVE)
        centre.here(centre.arrive)
        summary = centre.summary()
        assert same(shown_at(page, summary["sequence"])["total"], summary["total"])
    router.__enter__()  # which the fixture leaves again


def test_a_pause_holds_everything_and_going_on_catches_up(opened, centre):
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    before = shown_at(page, centre.summary()["sequence"])
    page.get_by_role("button", name="Pause").click()
    page.wait_for_selector("#link[data-link=closed]")
    centre.a_while()
    page.wait_for_timeout(400)
    assert page.evaluate(READ) == before
    page.get_by_role("button", name="Go on").click()
    summary = centre.summary()
    assert same(shown_at(page, summary["sequence"])["total"], summary["total"])


def test_a_queue_and_a_channel_can_be_chosen(opened, centre):
    centre.a_while()
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    summary = centre.summary()
    page.select_option("#queue", label="Sales")
    assert same(page.evaluate(READ)["total"], summary["queues"]["Sales"])
    assert page.locator("#agents-count").inner_text().startswith("3 of 6")
    page.select_option("#channel", label="chat")
    assert page.evaluate(READ)["total"]["offered"] == 1
    page.locator("#queues").get_by_role("button", name="Sales").click()  # once more: all queues
    assert page.evaluate(READ)["total"]["offered"] == 2
    page.select_option("#channel", label="All channels")
    assert same(page.evaluate(READ)["total"], summary["total"])


def test_the_window_of_the_charts_can_be_chosen(opened, centre):
    centre.a_while()
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    with page.expect_response(lambda response: "/trail?" in response.url and "seconds=300" in response.url) as asked:
        page.get_by_text("5 min", exact=True).click()
    assert asked.value.ok
    latest = f"Waiting, latest: waiting {centre.summary()['total']['waiting']}"
    until(page, f"document.querySelector('#chart-waiting .plot').ariaLabel === '{latest}'")


def test_names_and_attributes_are_shown_as_text_whatever_they_hold(opened, centre):
    centre.here(lambda: centre.hire(HOSTILE[:64], 0, note=HOSTILE))
    centre.here(
        lambda: centre.do(centre.engine.create_task_queue, NewTaskQueue(name=HOSTILE[:64], target_workers="1==1"))
    )
    task = centre.here(lambda: centre.arrive(0, subject=HOSTILE))
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    page.locator("#queues tbody th", has_text=HOSTILE[:30]).wait_for()
    page.fill("#find", "script")
    page.locator(".agent", has_text=HOSTILE[:30]).click()
    page.locator("#details[open]").wait_for()
    assert page.locator("#details-title").inner_text() == HOSTILE[:64]
    assert HOSTILE in json.loads(page.locator("#details-attributes").inner_text())["note"]
    page.get_by_role("button", name="Close").click()
    page.locator("#waiting button").first.click()
    page.locator("#details-attributes", has_text="subject").wait_for()
    assert json.loads(page.locator("#details-attributes").inner_text())["subject"] == HOSTILE
    assert task == centre.tasks[-1]
    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main script, dialog img, dialog script").count() == 0


def test_an_agents_history_leads_to_its_task_and_back(opened, centre):
    task = centre.here(centre.arrive)
    centre.here(centre.accept, task)
    page = opened(centre.router.dashboard_url)
    page.locator(".agent[data-tone=assigned]").click()
    page.locator("#details-events td", has_text="reservation.accepted").wait_for()
    page.locator("#details-events").get_by_role("button", name=f"task {task}").first.click()
    page.locator("#details[data-kind=task]").wait_for()
    assert page.locator("#details-sid").inner_text() == centre.engine.sids.sid("WT", task)


def test_everything_can_be_done_with_the_keyboard(opened, centre):
    page = opened(centre.router.dashboard_url)
    page.wait_for_selector(LIVE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if reached[-1] == "agent-grid":
            break
    for each in ("queue", "channel", "pause", "theme", "Sales", "Available6", "find", "sort", "agent-grid"):
        assert each in reached, f"{each} is not reached: {reached}"
    for key in ("ArrowRight", "ArrowRight", "End", "Home", "ArrowRight"):
        page.keyboard.press(key)
    active = page.locator("#agent-grid").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-posinset") == "2"
    page.keyboard.press("Enter")
    page.locator("#details[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#details[open]").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "agent-grid"


def test_workspaces_of_all_accounts_can_be_chosen(opened):
    with LocalTaskRouter() as router:
        other = router.add_account()
        page = opened(router.dashboard_url)
        page.wait_for_selector(LIVE)
        page.wait_for_selector("#workspace-choice:not([hidden])")
        page.select_option("#workspace", index=1)
        workspace = next(router.workspaces.workspaces(other))
        router._on_its_loop(
            lambda: router.workspaces.do(
                workspace, workspace.engine.create_task, NewTask(workflow=0, channel=0, attributes={})
            )
        )
        until(page, "document.querySelector('[data-figure=offered]').dataset.value === '1'")


def test_a_server_with_a_control_token_is_shown_to_who_knows_it(opened):
    with LocalTaskRouter(options=Options(control_token="sesame")) as router:
        page = opened(router.dashboard_url)
        page.locator("#token").fill("sesame")
        page.keyboard.press("Enter")
        page.wait_for_selector(LIVE)


def test_an_operator_acts_where_the_server_allows_it(opened):
    with LocalTaskRouter(options=Options(allow_control=True)) as router:
        centre = Centre(router, None)
        page = opened(router.dashboard_url)
        page.get_by_role("button", name="Operate").click()
        page.fill("#burst-count", "12")
        page.get_by_role("button", name="Create burst").click()
        until(page, "document.querySelector('[data-figure=offered]').dataset.value === '12'")
        page.fill("#speed-value", "3")
        page.get_by_role("button", name="Change speed").click()
        page.get_by_text("Speed is 3").wait_for()
        assert router.speed == 3
        page.fill("#logout-name", "Agent 0001")
        page.get_by_role("button", name="Log out").click()
        page.get_by_text("Logged out").wait_for()
        assert centre.engine.workers[0].activity.name == "Offline"
        assert page.locator("#arrivals").is_hidden()


def test_two_thousand_agents_are_a_few_cards_in_the_document(opened):
    clock = ManualClock()
    with LocalTaskRouter(clock=clock) as router:
        centre = Centre(router, clock, agents=2000)
        page = opened(router.dashboard_url)
        page.wait_for_selector(LIVE)
        until(page, "document.querySelector('#agents-count').textContent === '2,000 of 2,000'")
        assert page.locator(".agent").count() < 120
        page.select_option("#sort", "name")
        page.locator("#agent-grid").focus()
        page.keyboard.press("End")
        last = page.locator("#agent-grid").get_attribute("aria-activedescendant")
        assert page.locator(f"#{last} .name").inner_text() == "Agent 2000"
        assert page.locator(f"#{last}").is_visible()
        assert page.locator(".agent").count() < 120
        centre.here(centre.arrive)
        shown_at(page, centre.summary()["sequence"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440, 1920])
def test_axe_finds_nothing_serious(opened, centre, scheme, width):
    centre.a_while()
    page = opened(centre.router.dashboard_url, width=width, height=1080, color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_selector(LIVE)
    page.wait_for_selector(".agent")
    found = Axe().run(page).response["violations"]
    page.locator(".agent").first.click()
    page.locator("#details[open]").wait_for()
    found += Axe().run(page).response["violations"]
    serious = [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
    assert serious == []


def test_on_a_phone_nothing_sticks_out_at_the_side(opened, centre):
    page = opened(centre.router.dashboard_url, width=360, height=740)
    page.wait_for_selector(LIVE)
    page.wait_for_selector(".agent")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_chosen_theme_stays(opened, centre):
    page = opened(centre.router.dashboard_url, color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_role("button", name="Theme").click()
    page.reload()
    page.wait_for_selector(LIVE)
    assert page.locator("#theme").inner_text() == "Theme: light"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != dark
