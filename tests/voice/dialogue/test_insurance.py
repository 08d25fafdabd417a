"""Claims are filed under policies that there are, each with a number of its own."""

from flexsim.voice.dialogue.insurance import Insurer

CLAIM = {"kind": "car", "date": "2026-11-21", "description": "a dent", "injured": False}


def insurer():
    return Insurer(
        {
            "customer": {"name": "A B", "date_of_birth": "1990-01-01"},
            "policies": {"car": {"number": "40718823"}},
            "claims": {"552190": {"kind": "car", "status": "paid", "amount": 780}},
            "done": {},
        }
    )


def test_a_claim_gets_a_number_under_which_it_is_found():
    house = insurer()
    number = house.functions()["file_claim"](CLAIM)["claim_number"]
    assert len(number) == 6
    assert house.functions()["get_claim"]({"claim_number": number})["status"] == "in_review"
    assert house.state["filed"] == [{"claim_number": number, **CLAIM, "status": "in_review"}]


def test_a_second_claim_of_the_same_day_gets_another_number():
    house = insurer()
    numbers = {house.functions()["file_claim"](CLAIM)["claim_number"] for _ in range(3)}
    assert len(numbers) == 3


def test_without_a_policy_there_is_no_claim():
    house = insurer()
    assert house.functions()["file_claim"]({**CLAIM, "kind": "travel"}) == {"refused": "not_found", "kind": "travel"}
    assert house.functions()["get_claim"]({"claim_number": "000000"})["refused"] == "not_found"
    assert house.state["filed"] == []


def test_the_customer_is_known_by_any_of_its_policies():
    told = {"name": "A B", "date_of_birth": "1990-01-01"}
    assert insurer().knows({**told, "policy_number": "40718823"})
    assert not insurer().knows({**told, "policy_number": "40718824"})
