"""The eight scenarios, each written once: on a virtual stage it takes no time, on a real one it calls, waits and fails.

A scenario draws what chance decides (which call is slow, which fails) from the run's own numbers, and notes what is true
of the trace as it happens. Every span ends where its work ends; a root that is broken off ends there, with an error.

======== ====================================================== ==========================
scenario tree (k parallel, n nested or after each other)        spans
======== ====================================================== ==========================
fanout   root > planner > k x (worker > call), join             2 x fanout + 3
chain    root > n x (worker > call, next worker)                2 x depth + 1
retry    root > planner > k x (worker > 1 to 1 + r attempts)    2 + fanout + attempts
dag      root > fork, k x (worker > call), join                 2 x fanout + 3
react    root > planner > n x (step > chat, call, observation)  2 + 4 x steps + 1
human    root > chat, checkpoint, human, call, checkpoint       6
rag      root > retrieval > n x chunk, chat                     3 + chunks
stream   root > token stream, k x background call               2 + background_fanout
======== ====================================================== ==========================
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, Self

from flexsim.traces.answers import Defect, RetrySequence
from flexsim.traces.declared import Extras, Value
from flexsim.traces.run import Run
from flexsim.traces.spans import Event, Link
from flexsim.traces.stage import MILLISECOND, SECOND, Limit
from flexsim.traces.vocabulary import FETCH, TOOLS

_PLAN: Final = 20 * MILLISECOND  # what planning takes, joining, and writing a checkpoint
_JOIN: Final = 5 * MILLISECOND
_CHECKPOINT: Final = 10 * MILLISECOND
_TOKEN: Final = 2 * MILLISECOND  # a token of an answer that is not streamed
_LINKS: Final = 128  # the most links that OpenTelemetry's SDKs keep, unless told otherwise
_SLOW: Final = 5.0  # what react's slow tools take


class _Root:
    """The root span around a scenario; it ends with an error where the scenario is broken off."""

    __slots__ = ("_begun", "_extras", "_run", "_sizes", "id")

    def __init__(self, run: Run, *, fanout: int = 0, concurrency: int = 0, depth: int = 1) -> None:
        self._run = run
        self._sizes = (fanout, concurrency, depth)
        self._extras: Extras | None = None
        self.id = run.new()
        self._begun = run.stage.now

    def __enter__(self) -> Self:
        return self

    def fail(self, extras: Extras) -> None:
        self._extras = extras

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._extras = self._run.failed("broken off", kind.__name__)
        self._run.end(self._run.words.root, self.id, b"", self._begun, self.values, self._extras)

    @property
    def values(self) -> tuple[Value, ...]:
        return (*self._sizes, self._run.names.planner)


async def _call(run: Run, parent: bytes, number: int, factor: float, agent: str) -> bytes:
    """One call that the scenario does not mean to fail; its span."""
    span, begun, which = run.new(), run.stage.now, number % len(TOOLS)
    run.facts.tool_calls += 1
    error, delay = await run.stage.call(TOOLS[which], factor, False, 0, run.trace_id + span)
    run.end(run.words.tools[which], span, parent, begun, (delay, agent), run.failed(error) if error else None)
    return span


async def _chat(run: Run, parent: bytes, asked: int, answered: int, agent: str) -> bytes:
    """An answer of the model, that many tokens long."""
    span, begun = run.new(), run.stage.now
    await run.stage.sleep(_PLAN + answered * _TOKEN)
    run.end(run.words.chat, span, parent, begun, (asked, answered, agent))
    return span


async def _checkpoint(run: Run, parent: bytes, size_kb: int) -> None:
    span, begun = run.new(), run.stage.now
    await run.stage.sleep(_CHECKPOINT)
    run.end(run.words.checkpoint, span, parent, begun, (size_kb, run.names.planner))


async def _branch(run: Run, parent: bytes, number: int, factor: float, limit: Limit | None) -> tuple[bytes, bytes, int]:
    """A worker with one call, once there is a slot; the worker's span, the call's, and when it ended."""
    if limit is not None:
        await limit.acquire()
    try:
        span, begun, agent = run.new(), run.stage.now, run.names.worker(number)
        call = await _call(run, span, number, factor, agent)
        run.end(run.words.worker, span, parent, begun, (1, agent))
    finally:
        if limit is not None:
            limit.release()
    return span, call, run.stage.now


async def _branches(run: Run, parent: bytes, count: int, limit: Limit | None) -> list[bytes]:
    """All branches, one of them slow; the workers' spans."""
    slowest, factor = int(run.random() * count), float(run.parameters["straggler_factor"])
    factors = [run.jitter() for _ in range(count)]
    factors[slowest] *= factor
    branches = await run.stage.gather(
        [_branch(run, parent, number, each, limit) for number, each in enumerate(factors)]
    )
    last = max(range(count), key=lambda number: (branches[number][2], number))
    if factor > 1:
        run.facts.defects.append(Defect(kind="slow_tool", span_id=branches[slowest][1].hex()))
    run.facts.straggler, run.facts.root_cause = branches[last][:2]
    return [span for span, _, _ in branches]


async def _join(run: Run, parent: bytes, joined: list[bytes]) -> None:
    span, begun = run.new(), run.stage.now
    await run.stage.sleep(_JOIN)
    links = tuple(Link(trace_id=run.trace_id, span_id=each) for each in joined[:_LINKS])
    values = (int(run.parameters["fanout"]), run.names.planner)
    run.end(run.words.join, span, parent, begun, values, Extras(links=links) if links else None)


async def fanout(run: Run) -> None:
    """A planner whose workers each make a call, so many at a time; one call is slow."""
    count, most = int(run.parameters["fanout"]), int(run.parameters["concurrency"])
    with _Root(run, fanout=count, concurrency=most, depth=2) as root:
        planner, begun = run.new(), run.stage.now
        await run.stage.sleep(_PLAN)
        await _branches(run, planner, count, run.stage.slots(most))
        run.end(run.words.planner, planner, root.id, begun, root.values)
        await _join(run, root.id, [])


async def chain(run: Run) -> None:
    """Agents that each make a call and then wait for the next agent, down to the last."""
    depth = int(run.parameters["depth"])

    async def link(parent: bytes, number: int) -> None:
        span, begun, agent = run.new(), run.stage.now, run.names.worker(number)
        await _call(run, span, number, run.jitter(), agent)
        if number + 1 < depth:
            await run.stage.gather([link(span, number + 1)])  # not nested: resuming it would cost its depth
        run.end(run.words.worker, span, parent, begun, (number + 1, agent))

    with _Root(run, depth=depth) as root:
        await link(root.id, 0)


async def _attempt(run: Run, parent: bytes, number: int, attempt: tuple[int, float, bytes | None]) -> tuple[bytes, str]:
    """One attempt, linked to the one that it repeats; its span, and the error if it failed."""
    tried, pause, before = attempt
    rate, agent, which = float(run.parameters["error_rate"]), run.names.worker(number), number % len(TOOLS)
    span, begun = run.new(), run.stage.now
    run.facts.tool_calls += 1
    error, delay = await run.stage.call(TOOLS[which], run.jitter(), run.random() < rate, 0, run.trace_id + span)
    extras = run.failed(error) if error else None
    if error:
        run.facts.defects.append(Defect(kind="failed_call", span_id=span.hex()))
    if before is not None:
        run.facts.retried += 1
        link = Link(trace_id=run.trace_id, span_id=before, attributes={"ati.link.kind": "retry_of"})
        failed = extras or Extras()
        extras = Extras(links=(link,), events=failed.events, status=failed.status, message=failed.message)
    run.end(run.words.attempts[which], span, parent, begun, (delay, rate, pause, tried, agent), extras)
    return span, error


async def _stubborn(run: Run, parent: bytes, number: int, limit: Limit) -> tuple[bytes, list[bytes], int]:
    """A worker that tries its call until it succeeds or enough is enough; span, attempts, and when it ended."""
    await limit.acquire()
    try:
        span, begun, pause, error = run.new(), run.stage.now, 0.0, ""
        attempts: list[bytes] = []
        pauses: list[float] = []
        for tried in range(int(run.parameters["max_retries"]) + 1):
            if tried:
                pause = float(run.parameters["backoff_ms"]) * 2 ** (tried - 1) * run.jitter()
                pauses.append(pause)
                await run.stage.sleep(int(pause * MILLISECOND))
            made, error = await _attempt(run, span, number, (tried, pause, attempts[-1] if attempts else None))
            attempts.append(made)
            if not error:
                break
        extras = run.failed(f"gave up after {len(attempts)} attempts", "RetriesExhausted") if error else None
        run.end(run.words.worker, span, parent, begun, (1, run.names.worker(number)), extras)
    finally:
        limit.release()
    if len(attempts) > 1:
        tries = tuple(each.hex() for each in attempts)
        run.facts.retries.append(RetrySequence(attempts=tries, backoffs_ms=tuple(pauses), succeeded=not error))
    return span, attempts, run.stage.now


async def retry(run: Run) -> None:
    """Flaky calls, tried again after pauses that double. To blame: the first failure of the worker that ended last."""
    count, most = int(run.parameters["fanout"]), int(run.parameters["concurrency"])
    with _Root(run, fanout=count, concurrency=most, depth=2) as root:
        planner, begun = run.new(), run.stage.now
        await run.stage.sleep(_PLAN)
        limit = run.stage.slots(most)
        workers = await run.stage.gather([_stubborn(run, planner, number, limit) for number in range(count)])
        run.end(run.words.planner, planner, root.id, begun, root.values)
    last = max(range(count), key=lambda number: (workers[number][2], number))
    run.facts.straggler, attempts, _ = workers[last]
    run.facts.root_cause = attempts[0] if len(attempts) > 1 else None


async def dag(run: Run) -> None:
    """A fork, branches at the same time, one of them slow, and a join that is linked to all of them."""
    count = int(run.parameters["fanout"])
    with _Root(run, fanout=count, concurrency=count, depth=2) as root:
        fork, begun = run.new(), run.stage.now
        await run.stage.sleep(_PLAN)
        run.end(run.words.planner, fork, root.id, begun, root.values)
        await _join(run, root.id, await _branches(run, root.id, count, None))


async def react(run: Run) -> None:
    """Steps of reasoning, acting and observing, until the agent is content. To blame: the slowest of the slow calls."""
    most, slow = int(run.parameters["max_steps"]), float(run.parameters["slow_rate"])
    wanted = 1 + int(run.random() * most)
    slowest = 0.0
    with _Root(run, depth=3) as root:
        planner, begun, agent = run.new(), run.stage.now, run.names.planner
        for number in range(wanted):
            step, stepped = run.new(), run.stage.now
            await _chat(run, step, 200 + 150 * number, 20 + int(run.random() * 60), agent)
            factor = run.jitter() * (_SLOW if run.random() < slow else 1.0)
            call = await _call(run, step, int(run.random() * len(TOOLS)), factor, agent)
            if factor > 2:
                run.facts.defects.append(Defect(kind="slow_tool", span_id=call.hex()))
                if factor > slowest:
                    slowest, run.facts.root_cause = factor, call
            seen, looked = run.new(), run.stage.now
            await run.stage.sleep(_JOIN)
            run.end(run.words.step, seen, step, looked, (number + 1, agent))
            run.end(run.words.step, step, planner, stepped, (number + 1, agent))
        await _chat(run, planner, 200 + 150 * wanted, 100, agent)
        run.end(run.words.planner, planner, root.id, begun, root.values)


async def human(run: Run) -> None:
    """A workflow that puts itself away while a person thinks, and then goes on. To blame: the person."""
    delay, person = float(run.parameters["human_delay_s"]), f"{run.names.prefix}human"
    size = 16 + int(run.random() * 48)
    with _Root(run) as root:
        await _chat(run, root.id, 400, 60 + int(run.random() * 60), run.names.planner)
        await _checkpoint(run, root.id, size)
        span, begun = run.new(), run.stage.now
        await run.stage.sleep(int(delay * SECOND))
        run.end(run.words.human, span, root.id, begun, (delay, person))
        run.facts.idle, run.facts.root_cause = run.stage.now - begun, span
        await _call(run, root.id, int(run.random() * len(TOOLS)), run.jitter(), run.names.planner)
        await _checkpoint(run, root.id, size)


async def rag(run: Run) -> None:
    """Chunks fetched one after the other, each taking its size's time, and an answer. To blame: the largest chunk."""
    chunks, size = int(run.parameters["rag_chunks"]), int(run.parameters["rag_chunk_size_kb"])
    sizes = [max(1, round(size * (0.5 + run.random()))) for _ in range(chunks)]
    largest = max(range(chunks), key=lambda number: (sizes[number], -number))
    agent, total = run.names.planner, sum(sizes)
    with _Root(run, depth=2) as root:
        retrieval, begun = run.new(), run.stage.now
        for number, kb in enumerate(sizes):
            span, asked = run.new(), run.stage.now
            run.facts.tool_calls += 1
            error, delay = await run.stage.call(FETCH, run.jitter(), False, kb, run.trace_id + span)
            failed = run.failed(error) if error else None
            run.end(run.words.chunk, span, retrieval, asked, (delay, kb, number + 1, agent), failed)
            if number == largest:
                run.facts.root_cause = span
        run.end(run.words.retrieval, retrieval, root.id, begun, (chunks, total, agent))
        await _chat(run, root.id, total * 250, 120, agent)
    run.facts.payload_kb = total


async def _tokens(run: Run, parent: bytes) -> bytes:
    """The stream of tokens, to the end of its time."""
    rate, agent = float(run.parameters["tokens_per_s"]), run.names.planner
    span, begun = run.new(), run.stage.now
    until = begun + int(float(run.parameters["duration_s"]) * SECOND)
    due, gap, tokens, first = begun + int(SECOND / rate * run.jitter()), SECOND / rate, 0, 0
    while due <= until:
        await run.stage.sleep(due - run.stage.now if due > run.stage.now else 0)
        tokens += 1
        first = first or run.stage.now
        await run.stage.token(f"token-{tokens} ")
        due += int(gap * run.jitter())
    if until > run.stage.now:
        await run.stage.sleep(until - run.stage.now)
    waited = ((first or run.stage.now) - begun) / SECOND
    run.facts.first_token, run.facts.tokens = (waited * 1000 if first else None), tokens
    last = Event(time=run.stage.now, name="gen_ai.stream.end", attributes={"ati.stream.tokens": tokens})
    begin = (Event(time=first, name="gen_ai.first_token"),) if first else ()
    run.end(run.words.stream, span, parent, begun, (waited, 400, tokens, agent), Extras(events=(*begin, last)))
    return span


async def _background(run: Run, parent: bytes, number: int, limit: Limit) -> tuple[bytes, str, int]:
    """A call beside the stream; its span, the error if it failed, and when it ended."""
    await limit.acquire()
    try:
        span, begun, which, agent = run.new(), run.stage.now, number % len(TOOLS), run.names.worker(number)
        run.facts.tool_calls += 1
        failing = run.random() < float(run.parameters["error_rate"])
        error, delay = await run.stage.call(TOOLS[which], run.jitter(), failing, 0, run.trace_id + span)
        if error:
            run.facts.defects.append(Defect(kind="failed_call", span_id=span.hex()))
        run.end(run.words.tools[which], span, parent, begun, (delay, agent), run.failed(error) if error else None)
    finally:
        limit.release()
    return span, error, run.stage.now


async def stream(run: Run) -> None:
    """Tokens that are streamed while calls are made. To blame: the first failed call, else the last if it outlasts them."""
    count, most = int(run.parameters["background_fanout"]), int(run.parameters["concurrency"])
    with _Root(run, fanout=count, concurrency=most) as root:
        limit = run.stage.slots(most)
        ended = 0

        async def streamed() -> None:
            nonlocal ended
            await _tokens(run, root.id)
            ended = run.stage.now

        calls: list[tuple[bytes, str, int]] = []

        async def behind() -> None:
            calls.extend(await run.stage.gather([_background(run, root.id, each, limit) for each in range(count)]))

        await run.stage.gather([streamed(), behind()])
    failures = sorted((end, span) for span, error, end in calls if error)
    last = max(((end, number) for number, (_, _, end) in enumerate(calls)), default=(0, 0))
    if calls:
        run.facts.straggler = calls[last[1]][0]
    if failures:
        run.facts.root_cause = failures[0][1]
    elif last[0] > ended:
        run.facts.root_cause = run.facts.straggler


BY_NAME: Final[Mapping[str, Callable[[Run], Coroutine[Any, Any, None]]]] = {
    "fanout": fanout,
    "chain": chain,
    "retry": retry,
    "dag": dag,
    "react": react,
    "human": human,
    "rag": rag,
    "stream": stream,
}
