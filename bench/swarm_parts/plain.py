"""The plain way to do it, for comparison: websockets' high-level client, a task for each agent. A program.

    plain.py LOOP PORT AGENTS SECONDS

Sends heartbeats of the same size at the same pace, without any of an agent's logic.
"""

import asyncio
import json
import random
import sys
import time

from websockets.asyncio.client import connect

try:
    import uvloop
except ImportError:
    uvloop = None

KPIS = dict.fromkeys(
    [
        "totalCalls", "avgCallDuration", "acwTime", "acwCount", "holdCount", "holdTime", "transferCount", "conferenceCount",
        "breakTime", "loginTime", "occupancy", "adherence", "avgHandleTime", "firstCallResolution", "customerSatisfaction",
    ],
    12.5,
)  # fmt: skip


async def agent(number, port, ready):
    async with connect(f"ws://127.0.0.1:{port}/ws/agent", compression=None) as socket:
        ready.append(number)
        frame = {"type": "heartbeat", "agentId": f"AGT-{number:05d}", "state": "available", "kpis": KPIS}
        await asyncio.sleep(random.random() * 2)
        while True:
            await socket.send(json.dumps({**frame, "timestamp": time.time()}))
            await asyncio.sleep(2)


async def main(port, agents, seconds):
    ready = []
    began = time.perf_counter()
    tasks = []
    for number in range(agents):
        tasks.append(asyncio.create_task(agent(number, port, ready)))
        if number % 100 == 0:
            await asyncio.sleep(0)
    while len(ready) < agents:  # noqa: ASYNC110 -- a list has no event
        await asyncio.sleep(0.01)
    connected = time.perf_counter() - began
    await asyncio.sleep(2)
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    used, took = time.process_time() - used, time.perf_counter() - began
    print(json.dumps({"connect": connected, "cpu": used / took}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)  # until the memory has been looked at
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    loop, *arguments = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop and loop == "uvloop" else None) as runner:
        runner.run(main(int(arguments[0]), int(arguments[1]), float(arguments[2])))
