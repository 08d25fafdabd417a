"""An analysis in sentences, the weightiest first."""

from collections.abc import Iterator

from flexsim.traces.analysis import Analysis


def findings(found: Analysis) -> list[str]:
    """What there is to say, one sentence each; never empty."""
    return [
        *_path(found),
        *_straggler(found),
        *_retries(found),
        *_stream(found),
        *_idle(found),
        *_payload(found),
        *_calls(found),
    ]


def _path(found: Analysis) -> Iterator[str]:
    halves = f", and {_count(found.halves, 'call')} once more as answered" if found.halves else ""
    yield f"{_count(found.spans, 'span')}{halves} in {found.duration_ms:.1f} ms; {len(found.critical_path)} on the critical path"
    if found.critical_path and found.duration_ms > 0:
        longest = max(found.critical_path, key=lambda each: each.own_ms)
        share = 100 * longest.own_ms / found.duration_ms
        mean = found.duration_ms / len(found.critical_path)
        yield f"the longest wait on it is {longest.own_ms:.1f} ms for {longest.name} ({longest.span_id}), {share:.0f} % of the whole"
        if len(found.critical_path) >= 10 and longest.own_ms < 4 * mean:
            yield f"no part of it stands out: it is the sum of {len(found.critical_path)} waits of {mean:.1f} ms each on average"


def _straggler(found: Analysis) -> Iterator[str]:
    last = found.straggler
    if last is not None:
        usual = "" if last.times_median is None else f", {last.times_median:.1f} times as long as its siblings' median"
        yield (
            f"of {last.branches} parallel branches {last.name} ({last.span_id}) ended last, {last.ahead_of_next_ms:.1f} ms after"
            f" the next: it took {last.duration_ms:.1f} ms{usual}"
        )


def _retries(found: Analysis) -> Iterator[str]:
    if found.retries:
        again = sum(len(each.attempts) - 1 for each in found.retries)
        paused = sum(sum(each.backoffs_ms) for each in found.retries)
        lost = sum(not each.succeeded for each in found.retries)
        longest = max(found.retries, key=lambda each: len(each.attempts))
        pauses = ", ".join(f"{each:.0f}" for each in longest.backoffs_ms)
        yield (
            f"{_count(len(found.retries), 'call')} tried again, {_count(again, 'time')} in all, with {paused:.0f} ms of pauses; {lost} failed for good;"
            f" {found.amplification:.2f} calls were made for each that was wanted"
        )
        yield f"the longest sequence has {len(longest.attempts)} attempts, {pauses} ms apart, from {longest.attempts[0]} on"


def _stream(found: Analysis) -> Iterator[str]:
    if found.time_to_first_token_ms is not None:
        tokens = "" if found.tokens is None else f", {found.tokens} in all"
        yield f"the first token came after {found.time_to_first_token_ms:.1f} ms{tokens}"


def _idle(found: Analysis) -> Iterator[str]:
    if found.idle_ms:
        share = 100 * found.idle_ms / found.duration_ms if found.duration_ms else 0
        yield f"{found.idle_ms:.1f} ms ({share:.0f} %) were spent waiting for a person, {found.busy_ms:.1f} ms working"


def _payload(found: Analysis) -> Iterator[str]:
    told = found.payload
    if told is not None:
        slope = "" if told.ms_per_kb is None else f"; a kB more takes {told.ms_per_kb:.2f} ms more"
        related = "" if told.correlation is None else f" (correlation {told.correlation:.2f})"
        yield f"{_count(told.spans, 'span')} carried {told.total_kb:.0f} kB, the most {told.largest}{slope}{related}"


def _calls(found: Analysis) -> Iterator[str]:
    if found.slow_calls:
        yield f"{_count(len(found.slow_calls), 'call')} took more than twice the usual time: {', '.join(found.slow_calls[:5])}"
    if found.failed_calls:
        yield f"{_count(len(found.failed_calls), 'call')} failed: {', '.join(found.failed_calls[:5])}"
    yield f"to blame: {found.root_cause}" if found.root_cause else "no single span is to blame"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
