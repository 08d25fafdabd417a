"""What is asked of a language model, and what it answers: the chat protocol's request as a record, and the port to whoever answers.

A request has one canonical form, by which recordings find it again: everything that decides the answer, and nothing that does
not (the address, the key, whether the answer was streamed).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Pieces = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``messages`` are (role, content) pairs; ``schema`` is what the answer must fit, ``schema_name`` what that is called."""

    model: str
    messages: tuple[tuple[str, str], ...]
    schema_name: str
    schema: Mapping[str, Any]
    temperature: float
    most_tokens: int
    seed: int

    def canonical(self) -> dict[str, Any]:
        """The request as the chat protocol has it."""
        return {
            "model": self.model,
            "messages": [{"role": role, "content": content} for role, content in self.messages],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": self.schema_name, "schema": dict(self.schema), "strict": True},
            },
            "temperature": self.temperature,
            "max_tokens": self.most_tokens,
            "seed": self.seed,
        }

    def key(self) -> str:
        """64 hexadecimal digits, the same for the same canonical form (RFC 8785's idea: sorted names, no spaces)."""
        text = json.dumps(self.canonical(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()

    def repaired(self, answer: str, problem: str) -> "Request":
        """The same, once more, after an answer with this problem."""
        again = f"That cannot be used: {problem}. Answer again, with nothing but JSON that fits the schema."
        messages = (*self.messages, ("assistant", answer), ("user", again))
        return Request(
            model=self.model, messages=messages, schema_name=self.schema_name, schema=self.schema,
            temperature=self.temperature, most_tokens=self.most_tokens, seed=self.seed,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A model's answer as it came, and the tokens that it cost by the server's own count, else by an estimate."""

    text: str
    input_tokens: int
    output_tokens: int


class Chat(Protocol):
    """Whoever answers: a model over the network, or a recording of one."""

    async def complete(self, request: Request, pieces: Pieces | None = None) -> Answer:
        """The answer; ``pieces``, where given, hears the text as it comes.

        Raises TargetUnreachable or TargetRefused where there is none to be had.
        """
