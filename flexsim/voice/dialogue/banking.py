"""A bank: cards, accounts, and what its functions do to them. Pure; ``desk`` checks arguments and identity first."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flexsim.voice.dialogue.particulars import fit

_DAYS: Final = 5  # business days until a new card is there
_LIMIT: Final = 1000.0  # dollars a day, unless the state says otherwise


class Bank:
    """The bank as one customer's call finds it.

    ``state`` holds ``customer``, ``cards`` and ``accounts`` by name, and ``transactions`` by account; replacements,
    transfers and what was looked at are written into it.
    """

    __slots__ = ("state",)

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        for name in ("cards", "accounts", "transactions", "limits"):
            state.setdefault(name, {})
        state["transfers"] = []
        state["looked_at"] = {"balance": [], "transactions": []}

    def functions(self) -> Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]:
        return {
            "replace_card": self._replace_card,
            "get_balance": self._get_balance,
            "transfer_funds": self._transfer_funds,
            "list_transactions": self._list_transactions,
        }

    def knows(self, arguments: Mapping[str, Any]) -> bool:
        cards = {card["ends_in"] for card in self.state["cards"].values()}
        return fit(arguments, self.state["customer"]) and arguments["card_last_four"] in cards

    def welcome(self) -> dict[str, Any]:
        return {
            "customer": self.state["customer"]["name"],
            "address": self.state["customer"].get("address", ""),
            "cards": {name: card["ends_in"] for name, card in self.state["cards"].items()},
            "accounts": list(self.state["accounts"]),
        }

    def _replace_card(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        card = self.state["cards"].get(arguments["card"])
        if card is None:
            return {"refused": "not_found", "card": arguments["card"]}
        if card["status"] == "blocked":
            return {"refused": "already_blocked", "card": arguments["card"]}
        address = self.state["customer"]["address"]
        card["status"] = "blocked"
        card["replacement"] = {"reason": arguments["reason"], "address": address, "days": _DAYS}
        return {"card": arguments["card"], "blocked": True, "address": address, "days": _DAYS}

    def _get_balance(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        account = self.state["accounts"].get(arguments["account"])
        if account is None:
            return {"refused": "not_found", "account": arguments["account"]}
        self.state["looked_at"]["balance"].append(arguments["account"])
        return {"account": arguments["account"], "balance": account["balance"]}

    def _transfer_funds(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        accounts = self.state["accounts"]
        source, target = arguments["from_account"], arguments["to_account"]
        amount = round(float(arguments["amount"]), 2)
        for account in (source, target):
            if account not in accounts:
                return {"refused": "not_found", "account": account}
        if source == target:
            return {"refused": "same_account", "account": source}
        limit = self.state["limits"].get("transfer", _LIMIT)
        if sum(each["amount"] for each in self.state["transfers"]) + amount > limit:
            return {"refused": "over_limit", "limit": limit}
        if amount > accounts[source]["balance"]:
            return {"refused": "insufficient_funds", "account": source}
        accounts[source]["balance"] = round(accounts[source]["balance"] - amount, 2)
        accounts[target]["balance"] = round(accounts[target]["balance"] + amount, 2)
        self.state["transfers"].append({"amount": amount, "from_account": source, "to_account": target})
        return {"amount": amount, "from_account": source, "to_account": target}

    def _list_transactions(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        account = arguments["account"]
        if account not in self.state["accounts"]:
            return {"refused": "not_found", "account": account}
        self.state["looked_at"]["transactions"].append(account)
        return {"account": account, "transactions": self.state["transactions"].get(account, [])}
