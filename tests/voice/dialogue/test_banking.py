"""Money is neither made nor lost, and a blocked card stays blocked."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.dialogue.banking import Bank

ACCOUNTS = st.sampled_from(["checking", "savings", "secret"])
AMOUNTS = st.floats(0.01, 3000).map(lambda amount: round(amount, 2))


def bank(**more):
    return Bank(
        {
            "customer": {"name": "A B", "date_of_birth": "1990-01-01", "address": "1 Road"},
            "cards": {"gold": {"ends_in": "4412", "status": "active"}},
            "accounts": {"checking": {"balance": 1000.0}, "savings": {"balance": 50.0}},
            "done": {},
            **more,
        }
    )


def transfer(house, amount, source="checking", target="savings"):
    return house.functions()["transfer_funds"]({"amount": amount, "from_account": source, "to_account": target})


@given(moves=st.lists(st.tuples(AMOUNTS, ACCOUNTS, ACCOUNTS), max_size=12))
@settings(max_examples=50, deadline=None)
def test_transfers_keep_the_sum_leave_nothing_below_zero_and_the_limit_holds(moves):
    house = bank()
    for move in moves:
        transfer(house, *move)
    balances = [account["balance"] for account in house.state["accounts"].values()]
    assert round(sum(balances), 2) == 1050
    assert min(balances) >= 0
    assert sum(each["amount"] for each in house.state["transfers"]) <= 1000


def test_refusals_say_why_and_change_nothing():
    house = bank(limits={"transfer": 800})
    assert transfer(house, 900) == {"refused": "over_limit", "limit": 800}
    assert transfer(house, 60, "savings", "checking") == {"refused": "insufficient_funds", "account": "savings"}
    assert transfer(house, 5, "savings", "savings")["refused"] == "same_account"
    assert transfer(house, 5, "secret", "savings") == {"refused": "not_found", "account": "secret"}
    assert house.state["transfers"] == []


def test_a_card_is_replaced_once_and_goes_to_the_address_on_file():
    house = bank()
    replace = house.functions()["replace_card"]
    assert replace({"card": "gold", "reason": "lost"}) == {
        "card": "gold",
        "blocked": True,
        "address": "1 Road",
        "days": 5,
    }
    assert house.state["cards"]["gold"]["status"] == "blocked"
    assert replace({"card": "gold", "reason": "lost"})["refused"] == "already_blocked"
    assert replace({"card": "silver", "reason": "lost"})["refused"] == "not_found"


def test_what_is_looked_at_is_remembered():
    house = bank(transactions={"checking": [{"date": "2026-01-01", "payee": "P", "amount": 1}]})
    assert house.functions()["get_balance"]({"account": "checking"})["balance"] == 1000
    assert len(house.functions()["list_transactions"]({"account": "checking"})["transactions"]) == 1
    assert house.state["looked_at"] == {"balance": ["checking"], "transactions": ["checking"]}


def test_the_customer_is_known_by_any_of_its_cards():
    told = {"name": "a b", "date_of_birth": "1990-01-01"}
    assert bank().knows({**told, "card_last_four": "4412"})
    assert not bank().knows({**told, "card_last_four": "4413"})
