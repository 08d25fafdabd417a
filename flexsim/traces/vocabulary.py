"""The spans of the eight scenarios, each declared once with its attributes.

Span names follow the conventions for generative AI: ``invoke_agent {agent}``, ``execute_tool {tool}``, ``chat {model}``,
``retrieval {source}``; the root is ``invoke_workflow {scenario}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.traces.declared import SpanKind, Value, declare
from flexsim.traces.spans import Kind

MODEL: Final = "flexsim-synthetic-1"
PROVIDER: Final = "flexsim"  # the convention allows names beyond its list
TOOLS: Final = ("search", "lookup", "calculator", "crm", "calendar", "weather", "translate", "inventory")
SOURCE: Final = "knowledge-base"
FETCH: Final = "fetch_chunk"
_AGENT: Final = "ati.agent.id gen_ai.agent.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The kinds of span of one scenario; those that it never makes are there nevertheless."""

    root: SpanKind
    planner: SpanKind
    worker: SpanKind
    tools: tuple[SpanKind, ...]
    attempts: tuple[SpanKind, ...]
    chat: SpanKind
    stream: SpanKind
    retrieval: SpanKind
    chunk: SpanKind
    human: SpanKind
    checkpoint: SpanKind
    step: SpanKind
    join: SpanKind


def vocabulary(scenario: str) -> Vocabulary:
    """The declared kinds of span of a scenario."""

    def kind(
        name: str, own: str, variables: Mapping[str, type[Any]],
        span: Kind = Kind.INTERNAL, more: Mapping[str, Value] | None = None,
    ) -> SpanKind:  # fmt: skip
        constants: dict[str, Value] = {"ati.span.kind": own, "ati.workflow": scenario, "ati.scenario": scenario}
        return declare(name, span, {**constants, **(more or {})}, variables)

    def operation(name: str, more: Mapping[str, Value]) -> dict[str, Value]:
        return {"gen_ai.operation.name": name, **more}

    def tools(variables: Mapping[str, type[Any]]) -> tuple[SpanKind, ...]:
        own: dict[str, type[Any]] = {"ati.tool.delay_ms": float, **variables, _AGENT: str}
        return tuple(
            kind(
                f"execute_tool {each}",
                "tool_call",
                own,
                Kind.CLIENT,
                operation("execute_tool", _tool(each, "function")),
            )
            for each in TOOLS
        )

    model: dict[str, Value] = {"gen_ai.provider.name": PROVIDER, "gen_ai.request.model": MODEL}
    usage: dict[str, type[Any]] = {"gen_ai.usage.input_tokens": int, "gen_ai.usage.output_tokens": int, _AGENT: str}
    sizes: dict[str, type[Any]] = {"ati.fanout": int, "ati.concurrency": int, "ati.depth": int, _AGENT: str}
    payload: dict[str, type[Any]] = {"ati.payload.size_kb": int, "ati.step": int, _AGENT: str}
    workflow = operation("invoke_workflow", {"gen_ai.workflow.name": scenario})
    return Vocabulary(
        root=kind(f"invoke_workflow {scenario}", "workflow", sizes, Kind.SERVER, workflow),
        planner=kind("invoke_agent planner", "planner", sizes, Kind.INTERNAL, _agent("planner")),
        worker=kind(
            "invoke_agent worker", "worker", {"ati.depth": int, _AGENT: str}, Kind.INTERNAL, _agent("worker")
        ),
        tools=tools({}),
        attempts=tools({"ati.tool.error_rate": float, "ati.retry.backoff_ms": float, "ati.retry.attempt": int}),
        chat=kind(f"chat {MODEL}", "generation", usage, Kind.CLIENT, operation("chat", model)),
        stream=kind(
            f"chat {MODEL}", "token_stream", {"gen_ai.response.time_to_first_chunk": float, **usage}, Kind.CLIENT,
            operation("chat", {**model, "gen_ai.request.stream": True}),
        ),
        retrieval=kind(
            f"retrieval {SOURCE}", "retrieval", {"ati.rag.chunks": int, "ati.payload.size_kb": int, _AGENT: str},
            Kind.CLIENT, operation("retrieval", {"gen_ai.data_source.id": SOURCE}),
        ),
        chunk=kind(
            f"execute_tool {FETCH}", "tool_call", {"ati.tool.delay_ms": float, **payload}, Kind.CLIENT,
            operation("execute_tool", _tool(FETCH, "datastore")),
        ),
        human=kind("human approval", "human", {"ati.human.delay_s": float, _AGENT: str}),
        checkpoint=kind("checkpoint", "checkpoint", {"ati.checkpoint.size_kb": int, _AGENT: str}),
        step=kind("step", "internal", {"ati.step": int, _AGENT: str}),
        join=kind("join", "internal", {"ati.fanout": int, _AGENT: str}),
    )  # fmt: skip


def _agent(name: str) -> dict[str, Value]:
    return {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name, "gen_ai.provider.name": PROVIDER}


def _tool(name: str, sort: str) -> dict[str, Value]:
    return {"gen_ai.tool.name": name, "ati.tool.name": name, "gen_ai.tool.type": sort}
