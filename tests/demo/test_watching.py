"""Watching a workspace: it comes back when the server does, and gives up only on who refuses."""

import asyncio
import contextlib

import pytest
from aiohttp import web

from flexsim.demo import watching
from flexsim.demo.watching import LocalSource, TwilioSource, look_once, watch
from flexsim.deployment.client import Credentials
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetRefused, TargetUnreachable


class Enough(Exception):  # noqa: N818 -- not an error
    """The test has seen what it wanted to."""


def test_a_local_taskrouter_is_looked_at():
    async def scenario():
        async with LocalTaskRouter() as router:
            found = await look_once(LocalSource(address=router.base_url))
            assert (found["workspace"], found["total"]["offered"]) == (router.workspace_sid, 0)
            other = router.add_account()
            sid = next(router.workspaces.workspaces(other)).sid
            found = await look_once(LocalSource(address=f"{router.base_url}/", workspace_sid=sid))
            assert found["workspace"] == sid

    asyncio.run(scenario())


def test_a_workspace_of_twilios_api_is_looked_at_through_its_statistics():
    async def scenario():
        async with LocalTaskRouter() as router:
            credentials = Credentials(
                account_sid=router.account_sid, auth_token=router.auth_token, workspace_sid=router.workspace_sid,
                base_url=router.base_url,
            )  # fmt: skip
            source = TwilioSource(credentials=credentials, minutes=15, threshold=20)
            found = await look_once(source)
            assert source.address == router.base_url
            assert (found["name"], found["window"], found["total"]["offered"]) == ("Flex Task Assignment", 15, 0)

    asyncio.run(scenario())


def test_it_goes_on_after_the_server_was_away_and_pauses_longer_each_time(monkeypatch):
    monkeypatch.setattr(watching, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(watching, "LONGEST_PAUSE", 0.03)

    async def scenario():
        router = LocalTaskRouter()
        pauses, shown = [], []
        away = asyncio.Event()

        def show(summary):
            shown.append(summary)
            if pauses:
                raise Enough
            away.set()

        def lost(why, pause):
            assert "cannot reach" in why
            pauses.append(pause)

        await router.start()
        running = asyncio.create_task(watch(LocalSource(address=router.base_url), 0.005, show, lost))
        await away.wait()
        await router.stop()
        while len(pauses) < 4:  # noqa: ASYNC110 -- what is waited for is another's waiting
            await asyncio.sleep(0.005)
        await router.start()
        with pytest.raises(Enough):
            await asyncio.wait_for(running, 5)
        assert pauses[:4] == [0.01, 0.02, 0.03, 0.03]
        await router.stop()

    asyncio.run(scenario())


def test_who_was_never_there_is_said_at_once():
    source = LocalSource(address="http://127.0.0.1:1")
    with pytest.raises(TargetUnreachable, match="is flexsim taskrouter running there"):
        asyncio.run(watch(source, 1.0, print, lambda *_: None))


def test_who_refuses_is_not_asked_again():
    async def scenario():
        async with LocalTaskRouter(options=Options(control_token="sesame")) as router:
            with pytest.raises(TargetRefused, match="need its control token"):
                await watch(LocalSource(address=router.base_url), 0.01, print, lambda *_: None)
            source = LocalSource(address=router.base_url, control_token="sesame")
            assert (await look_once(source))["total"]["offered"] == 0
            assert "sesame" not in repr(source)
            with pytest.raises(TargetRefused, match="has no workspace WS0"):
                await look_once(LocalSource(address=router.base_url, workspace_sid="WS0", control_token="sesame"))

    asyncio.run(scenario())


@contextlib.asynccontextmanager
async def somebody(answer):
    """Another server, which answers everything so."""

    async def handle(_):
        return answer

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (200, "<html>", TargetRefused),
        (200, "[]", TargetRefused),
        (404, "{}", TargetRefused),
        (500, "{}", TargetUnreachable),
    ],
)
def test_another_server_there_is_told_from_ours(status, text, error):
    async def scenario():
        answer = web.Response(status=status, text=text)
        async with somebody(answer) as address:
            with pytest.raises(error, match=address):
                await look_once(LocalSource(address=address))

    asyncio.run(scenario())
