"""Frames reach everybody who watches; who is slow loses some, gets a fresh snapshot, and holds up nobody."""

import asyncio
from contextlib import aclosing

import orjson
import pytest

from flexsim.clock import ManualClock, WallClock
from flexsim.emulator.dashboard_stream import BETWEEN_FRAMES, MOST_WAITING, PULSE, Stream
from flexsim.loops import run


class Feed:
    """Counts what it is asked for."""

    def __init__(self):
        self.seq = 0
        self.encoded = []
        self.forgotten = 0

    def frame(self, kind):
        self.encoded.append(kind)
        return {"seq": self.seq, "kind": kind}

    def snapshot(self, _):
        return self.frame("snapshot")

    def delta(self, _):
        return self.frame("delta")

    def forget_changes(self):
        self.forgotten += 1


def stream(feed, clock=None):
    return Stream(feed, clock or ManualClock(), lambda: {"beside": True})


def read(chunk):
    """The frames of some bytes, each as its kind and its document."""
    frames = []
    for part in chunk.decode().split("\n\n")[:-1]:
        event, number, data = part.split("\n")
        document = orjson.loads(data.removeprefix("data: "))
        assert number == f"id: {document['seq']}"
        frames.append((event.removeprefix("event: "), document))
    return frames


def test_a_snapshot_comes_first_and_deltas_after():
    async def scenario():
        feed = Feed()
        it = stream(feed)
        async with aclosing(it.open().frames(it)) as frames:
            ((kind, document),) = read(await anext(frames))
            assert (kind, document["beside"], document["speed"]) == ("snapshot", True, 0.0)
            feed.seq = 7
            it.news()
            ((kind, document),) = read(await asyncio.wait_for(anext(frames), 1))
            assert (kind, document["seq"]) == ("delta", 7)

    asyncio.run(scenario())


def test_any_event_loop_will_do():
    async def scenario():
        it = stream(Feed())
        async with aclosing(it.open().frames(it)) as frames:
            await anext(frames)
            it.news()
            it.news()
            assert [kind for kind, _ in read(await asyncio.wait_for(anext(frames), 1))] == ["delta"]

    run(scenario())  # uvloop's where it is installed


def test_however_much_happens_there_are_ten_frames_a_second_and_one_in_quiet_times():
    async def scenario():
        feed = Feed()
        it = stream(feed, WallClock(20))
        viewer, loop = it.open(), asyncio.get_running_loop()
        moments = []
        it.news()
        async with aclosing(viewer.frames(it)) as frames:
            await anext(frames)
            for _ in range(4):
                for _ in range(100):
                    it.news()
                await asyncio.wait_for(anext(frames), 1)
                moments.append(loop.time())
            quiet = loop.time()
            ((_, document),) = read(await asyncio.wait_for(anext(frames), 2))
            assert loop.time() - quiet == pytest.approx(PULSE, abs=0.3)
            assert document["speed"] == 20
        assert moments[-1] - moments[0] >= 3 * BETWEEN_FRAMES - 0.02
        assert feed.encoded.count("delta") == 5

    asyncio.run(scenario())


def test_what_is_told_to_many_is_encoded_once():
    async def scenario():
        feed = Feed()
        it = stream(feed)
        opened = [viewer.frames(it) for viewer in [it.open() for _ in range(50)]]
        first = await asyncio.gather(*(anext(frames) for frames in opened))
        it.news()
        then = await asyncio.gather(*(anext(frames) for frames in opened))
        assert feed.encoded == ["snapshot", "delta"]
        assert len({id(chunk) for chunk in first}) == 1
        assert {read(chunk)[0][0] for chunk in then} == {"delta"}
        for frames in opened:
            await frames.aclose()

    asyncio.run(scenario())


def test_a_stalled_viewer_gets_a_fresh_snapshot_and_nobody_else_notices(monkeypatch):
    monkeypatch.setattr("flexsim.emulator.dashboard_stream.BETWEEN_FRAMES", 0.0)

    async def scenario():
        feed = Feed()
        it = stream(feed)
        stalled, lively = it.open(), it.open()
        slow, quick = stalled.frames(it), lively.frames(it)
        await asyncio.gather(anext(slow), anext(quick))
        told = []
        for seq in range(1, 2 * MOST_WAITING):
            feed.seq = seq
            it.news()
            told += read(await asyncio.wait_for(anext(quick), 1))
            assert len(stalled._waiting) <= MOST_WAITING
        assert [document["seq"] for _, document in told] == list(range(1, 2 * MOST_WAITING))
        assert (it.resynced, stalled.resynced, lively.resynced) == (1, 1, 0)
        ((kind, document),) = read(await anext(slow))
        assert (kind, document["seq"]) == ("snapshot", 2 * MOST_WAITING - 1)
        await slow.aclose()
        await quick.aclose()

    asyncio.run(scenario())


def test_frames_that_wait_for_a_viewer_go_out_together(monkeypatch):
    monkeypatch.setattr("flexsim.emulator.dashboard_stream.BETWEEN_FRAMES", 0.0)

    async def scenario():
        feed = Feed()
        it = stream(feed)
        viewer, other = it.open(), it.open()
        mine, theirs = viewer.frames(it), other.frames(it)
        await asyncio.gather(anext(mine), anext(theirs))
        for seq in (1, 2, 3):
            feed.seq = seq
            it.news()
            await asyncio.wait_for(anext(theirs), 1)
        assert [document["seq"] for _, document in read(await anext(mine))] == [1, 2, 3]
        await mine.aclose()
        await theirs.aclose()

    asyncio.run(scenario())


def test_without_viewers_nothing_is_encoded_and_what_changed_before_the_first_is_not_repeated():
    async def scenario():
        feed = Feed()
        it = stream(feed)
        it.news()
        await asyncio.sleep(0.01)
        assert (feed.encoded, feed.forgotten) == ([], 0)
        viewer = it.open()
        assert feed.forgotten == 1
        it.open()
        assert feed.forgotten == 1
        it.close(viewer)
        it.close(viewer)
        assert it.viewers == 1
        it.end()
        assert it.viewers == 0
        assert it._timer is None
        assert feed.encoded == []

    asyncio.run(scenario())


def test_the_end_reaches_a_viewer_who_waits():
    async def scenario():
        it = stream(Feed())
        viewer = it.open()
        frames = viewer.frames(it)
        await anext(frames)
        waiting = asyncio.ensure_future(anext(frames, None))
        await asyncio.sleep(0)
        it.end()
        assert await asyncio.wait_for(waiting, 1) is None

    asyncio.run(scenario())
