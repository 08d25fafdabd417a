"""An insurer: policies, claims, and what its functions do to them. Pure; ``desk`` checks arguments and identity first."""

import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from flexsim.voice.dialogue.particulars import fit

_DAYS: Final = 2  # business days until an adjuster calls


class Insurer:
    """The insurer as one customer's call finds it: ``customer``, ``policies`` by kind, ``claims`` by number."""

    __slots__ = ("state",)

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        for name in ("policies", "claims"):
            state.setdefault(name, {})
        state["filed"] = []
        state["looked_at"] = {"claims": []}

    def functions(self) -> Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]:
        return {"file_claim": self._file_claim, "get_claim": self._get_claim}

    def knows(self, arguments: Mapping[str, Any]) -> bool:
        policies = {policy["number"] for policy in self.state["policies"].values()}
        return fit(arguments, self.state["customer"]) and arguments["policy_number"] in policies

    def welcome(self) -> dict[str, Any]:
        return {
            "customer": self.state["customer"]["name"],
            "policies": list(self.state["policies"]),
            "claims": list(self.state["claims"]),
        }

    def _file_claim(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        policy = self.state["policies"].get(arguments["kind"])
        if policy is None:
            return {"refused": "not_found", "kind": arguments["kind"]}
        number = self._number(policy["number"], arguments["date"])
        claim = {
            **{name: arguments[name] for name in ("kind", "date", "description", "injured")},
            "status": "in_review",
        }
        self.state["claims"][number] = claim
        self.state["filed"].append({"claim_number": number, **claim})
        return {"claim_number": number, "days": _DAYS}

    def _get_claim(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        claim = self.state["claims"].get(arguments["claim_number"])
        if claim is None:
            return {"refused": "not_found", "claim_number": arguments["claim_number"]}
        self.state["looked_at"]["claims"].append(arguments["claim_number"])
        return {"claim_number": arguments["claim_number"], "status": claim["status"], "amount": claim.get("amount", 0)}

    def _number(self, policy: str, day: str) -> str:
        """Six digits that nobody else has: what policy and day come to, then the next that is free."""
        number = zlib.crc32(f"{policy} {day}".encode()) % 1_000_000
        while f"{number:06d}" in self.state["claims"]:
            number = (number + 1) % 1_000_000
        return f"{number:06d}"
