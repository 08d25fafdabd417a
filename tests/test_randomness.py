"""Every purpose has its own generator, and one seed decides them all."""

import re

from flexsim.randomness import Randomness, fresh_secret, fresh_seed


def draws(seed, *purpose):
    generator = Randomness(seed).generator(*purpose)
    return [generator.random() for _ in range(5)]


def test_seed_and_purpose_decide_the_draws():
    assert draws(1, "handling", "CX1") == draws(1, "handling", "CX1")


def test_another_seed_or_purpose_draws_otherwise():
    assert len({tuple(draws(*each)) for each in ((1, "a"), (2, "a"), (1, "b"), (1, "a", 1), (1, "a", 2))}) == 5


def test_asking_twice_starts_afresh_and_one_purpose_does_not_disturb_another():
    randomness = Randomness(1)
    randomness.generator("busy").random()
    assert randomness.generator("calm").random() == draws(1, "calm")[0]


def test_the_seed_can_be_read():
    assert Randomness(42).seed == 42


def test_fresh_seeds_differ_and_fit_32_bits():
    seeds = [fresh_seed() for _ in range(20)]
    assert len(set(seeds)) > 1
    assert all(0 <= seed < 2**32 for seed in seeds)


def numbers(seed, purpose, name, count=20):
    draws = Randomness(seed).family(purpose).of(name)
    return [draws.random() for _ in range(count)]


def test_in_a_family_seed_purpose_and_name_decide_the_numbers():
    assert numbers(1, "handling", "CX1") == numbers(1, "handling", "CX1")
    others = [(1, "handling", "CX1"), (2, "handling", "CX1"), (1, "customer", "CX1"), (1, "handling", "CX2")]
    assert len({tuple(numbers(*each)) for each in others}) == 4


def test_the_numbers_of_a_family_are_even_and_go_on_beyond_the_first_eight():
    family = Randomness(5).family("x")
    found = sorted(
        number for name in range(300) for _, number in zip(range(30), family.stream(str(name)), strict=False)
    )
    assert len(set(found)) == len(found) == 9000
    assert found[0] >= 0.0
    assert found[-1] < 1.0
    # Kolmogorov and Smirnov's distance from the even distribution; 1.95 / sqrt(n) is passed once in a thousand times.
    distance = max(max(abs(x - i / 9000), abs(x - (i + 1) / 9000)) for i, x in enumerate(found))
    assert distance < 1.95 / 9000**0.5


def test_replications_have_their_own_seeds_and_the_first_is_the_run():
    randomness = Randomness(3)
    assert randomness.replication(0).seed == 3
    assert len({randomness.replication(number).seed for number in range(100)}) == 100
    assert Randomness(4).replication(1).seed != randomness.replication(1).seed


def test_secrets_are_never_the_same_twice():
    assert len({fresh_secret() for _ in range(50)}) == 50
    assert all(re.fullmatch("[0-9a-f]{32}", fresh_secret()) for _ in range(50))
