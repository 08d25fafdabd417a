"""Every purpose has its own generator, and one seed decides them all."""

from flexsim.randomness import Randomness, fresh_seed


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
