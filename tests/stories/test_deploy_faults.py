"""Deploying to a TaskRouter that is throttled, out of order and cut off at random: it ends in sync, and every fault is counted."""

import asyncio
import json
from dataclasses import replace

import pytest
import requests

from flexsim.configuration.generate import generate
from flexsim.deployment.address import Wishes
from flexsim.deployment.client import Credentials, connect
from flexsim.deployment.deploy import apply_plan, plan_deployment
from flexsim.deployment.transport import Counts, Failure, Policy
from flexsim.domain.loading import load_domain
from flexsim.emulator.faults import read_rules
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetError
from flexsim.randomness import Randomness
from flexsim.settings import read_settings
from tests.stories.programs import flexsim, local_taskrouter, tell

HERE = Wishes(base_url="http://127.0.0.1:8900")
PATIENT = Policy(tries=30, first_pause=0.002, longest_pause=0.01)
RESOURCES = ("*/Workers/*", "*/TaskQueues/*", "*/Workflows/*")  # a POST to these sets values, and may be repeated


@pytest.fixture(scope="module")
def configuration():
    return generate(replace(load_domain(None), agent_count=12), Randomness(1))


def credentials_of(server):
    return Credentials(
        account_sid=server.account_sid, auth_token=server.auth_token, workspace_sid=server.workspace_sid,
        base_url=server.base_url,
    )  # fmt: skip


async def deploy(server, configuration, counts):
    """One attempt; what it met is added to ``counts``."""
    async with connect(credentials_of(server), policy=PATIENT) as router:
        try:
            plan = await plan_deployment(router, configuration, HERE)
            await apply_plan(router, plan)
        finally:
            counts.requests += router.counts.requests
            counts.retries += router.counts.retries
            counts.failures.update(router.counts.failures)


async def content(server, configuration):
    """Whether the workspace is in sync, and the names of all that it holds, twice those that are there twice."""
    async with connect(credentials_of(server)) as router:
        in_sync = (await plan_deployment(router, configuration, HERE)).in_sync
        kinds = (router.task_queues, router.workflows, router.workers, router.activities, router.task_channels)
        return in_sync, [sorted(each.name for each in await kind()) for kind in kinds]


async def undisturbed(configuration):
    async with LocalTaskRouter() as server:
        await deploy(server, configuration, Counts())
        return await content(server, configuration)


def struck(server, **like):
    """How often the rules with these fields struck."""
    listed = server.faults.listed()
    return sum(each["struck"] for each in listed if all(each.get(name) == value for name, value in like.items()))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_may_be_repeated_is_repeated_until_one_deploy_is_enough(configuration, seed):
    rules = [
        {"fault": "status", "status": 429, "retry_after": 0, "probability": 0.2},
        {"fault": "status", "status": 503, "probability": 0.1},
    ]
    for method, path in (("GET", "*"), *(("POST", path) for path in RESOURCES)):
        more = {"method": method, "path": path, "probability": 0.1}
        rules += [{"fault": "status", "status": 500, **more}, {"fault": "drop", **more}]
        rules += [
            {"fault": "status", "status": 500, "processed": True, **more},
            {"fault": "drop", "processed": True, **more},
        ]
    counts = Counts()

    async def story():
        async with LocalTaskRouter() as server:
            # The greeting gives up early, so that a wrong address is known soon; trouble begins after it.
            async with connect(credentials_of(server), policy=PATIENT) as router:
                server.faults.set(read_rules(rules), seed)
                plan = await plan_deployment(router, configuration, HERE)
                await apply_plan(router, plan)
                counts.requests, counts.retries = router.counts.requests, router.counts.retries
                counts.failures.update(router.counts.failures)
            met = {
                Failure.THROTTLED: struck(server, status=429),
                Failure.UNAVAILABLE: struck(server, status=503),
                Failure.SERVER_ERROR: struck(server, status=500),
                Failure.LOST: struck(server, fault="drop"),
            }
            server.faults.set(())
            return met, await content(server, configuration)

    met, held = asyncio.run(story())
    assert all(met.values())
    assert dict(counts.failures) == met
    assert counts.retries == sum(met.values())
    assert held == asyncio.run(undisturbed(configuration))
    assert held[0]


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_what_must_not_be_repeated_ends_the_deploy_and_the_next_one_completes_it(configuration, seed):
    rules = [
        {"fault": "status", "status": 429, "retry_after": 0, "probability": 0.1},
        {"fault": "status", "status": 500, "probability": 0.03},
        {"fault": "status", "status": 500, "probability": 0.02, "processed": True},
        {"fault": "drop", "probability": 0.03},
        {"fault": "drop", "probability": 0.02, "processed": True},
    ]
    counts = Counts()

    async def story():
        interrupted = 0
        async with LocalTaskRouter() as server:
            server.faults.set(read_rules(rules), seed)
            while True:
                try:
                    await deploy(server, configuration, counts)
                    break
                except TargetError:
                    interrupted += 1
                    assert interrupted < 100
            met = struck(server)
            server.faults.set(())
            return interrupted, met, await content(server, configuration)

    interrupted, met, held = asyncio.run(story())
    assert interrupted
    # What was under way when a deploy was given up has met faults that nobody waited for.
    assert 0 < sum(counts.failures.values()) <= met
    assert held == asyncio.run(undisturbed(configuration))
    assert held[0]


def test_the_command_tells_the_faults_that_the_controls_have_counted(folder):
    rules = [
        {"fault": "status", "status": 429, "retry_after": 1, "every": 9, "limit": 2},
        {"fault": "status", "status": 500, "method": "GET", "every": 4, "limit": 2},
        {"fault": "drop", "method": "GET", "every": 5, "limit": 2},
    ]

    def control(method, **document):
        address = f"{read_settings().taskrouter_url}/_flexsim/faults"
        options = {"json": document} if method == "POST" else {}
        return requests.request(method, address, timeout=10, **options).json()["rules"]

    async def story():
        async with local_taskrouter(speed=1):
            await flexsim("genconfig", "--agents", "4", "--seed", "4")
            await asyncio.to_thread(control, "POST", rules=rules)
            said = json.loads(await flexsim("deploy", "--assign-url", "http://127.0.0.1:3000", "--json"))
            counted = await asyncio.to_thread(control, "DELETE")
            await flexsim("deploy", "--assign-url", "http://127.0.0.1:3000", "--check")
            return said["http"], [each["struck"] for each in counted]

    http, counted = tell(story, 90)
    assert counted == [2, 2, 2]
    assert http["failures"] == {"throttled": 2, "server error": 2, "lost": 2}
    assert http["retries"] == 6
