"""The code that judges errs as often as it says, and not more often."""

import nin_utils  # noqa: F401
from nin_utils import verdicts
from nin_utils.verdicts import Effect, difference, holm, judge, paired, share

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_welch_by_hand():
    a, b = [3.0, 5.0, 4.0], [1.0, 2.0, 3.0, 2.0]
    effect = difference(a, b)
    assert effect.value == 2 and effect.n == (3, 4)
    # variances 1 and 2/3 of the means of 3 and 4: 1/3 + 1/6 = 1/2
    error, df = 0.5**0.5, 0.25 / (1 / 9 / 2 + 1 / 36 / 3)
    from scipy import stats

    half = stats.t.ppf(0.975, df) * error
    assert effect.low == pytest.approx(2 - half)
    assert effect.high == pytest.approx(2 + half)
    assert effect.p_none == pytest.approx(stats.t.sf(2 / error, df))
    shifted = difference(a, np.add(b, 0.5)), difference(a, b, margin=0.5)
    assert shifted[1].p_margin == pytest.approx(1 - shifted[0].p_none)


def test_no_difference_is_no_error():
    effect = difference([1, 2, 3], [2, 1, 3], margin=1)
    assert effect.value == 0 and effect.p_none == pytest.approx(0.5)
    assert effect.high == -effect.low > 0 and effect.p_margin < 0.5


def test_pairs_share_their_chance(rng):
    chance = rng.normal(size=20)
    a, b = chance + 0.1 + 0.01 * rng.normal(size=20), chance
    assert paired(a, b).low > 0.09
    assert difference(a, b).low < 0


@pytest.mark.parametrize("n", [3, 5])
def test_intervals_hold_the_truth_as_often_as_they_say(n, rng):
    a, b = rng.normal(0.3, 1, (1000, n)), rng.normal(0, 3, (1000, n + 1))
    effects = [difference(*pair) for pair in zip(a, b)]
    inside = np.mean([e.low <= 0.3 <= e.high for e in effects])
    assert 0.93 < inside < 0.99  # Welch is a little careful
    effects = [paired(x, np.zeros(n)) for x in a]
    inside = np.mean([e.low <= 0.3 <= e.high for e in effects])
    assert 0.93 < inside < 0.97


@pytest.mark.parametrize("number", [1, 12])
def test_nothing_is_called_something_in_one_page_of_forty(number, rng):
    pages = 600
    a, b = rng.normal(size=(2, pages, number, 5))
    wrong = 0
    for page in range(pages):
        effects = {i: difference(a[page, i], b[page, i], 9.0) for i in range(number)}
        wrong += verdicts.HOLDS in judge(effects).values()
    assert 0.006 < wrong / pages < 0.045


def test_a_worthwhile_effect_is_denied_in_one_page_of_forty(rng):
    pages = 600
    a, b = rng.normal(size=(2, pages, 3, 5))
    wrong = 0
    for page in range(pages):
        effects = {i: difference(a[page, i] + 1, b[page, i], 1.0) for i in range(3)}
        wrong += verdicts.DOES_NOT_HOLD in judge(effects).values()
    assert 0.006 < wrong / pages < 0.045


def test_the_three_verdicts():
    surely = {"p_none": 1e-9, "p_margin": 1 - 1e-9}
    effects = {
        "more": Effect(1, 0.9, 1.1, n=(5, 5), **surely),
        "less": Effect(-1, -1.1, -0.9, 1 - 1e-9, 1e-9, (5, 5)),
        "wide": Effect(0, -9, 9, 0.5, 0.4, (5, 5)),
        # there is something, but less than the margin
        "little": Effect(0.1, 0.09, 0.11, 1e-9, 1e-9, (5, 5)),
    }
    assert judge(effects) == {"more": "✓", "less": "✗", "wide": "?", "little": "✓"}
    assert judge({}) == {}


def test_what_is_sure_alone_is_not_sure_among_many():
    effect = difference([1.0, 2.0, 3.0, 2.0], [0.0, 1.0, 0.5, 0.2])
    assert 0.0025 < effect.p_none < 0.025
    assert judge({0: effect})[0] == "✓"
    nothing = difference([1.0, 2.0], [2.0, 1.0])
    others = dict.fromkeys(range(1, 20), nothing)
    assert judge({0: effect, **others})[0] == "?"


def test_holm_by_hand():
    found = holm([0.01, 0.04, 0.03, 0.005])
    np.testing.assert_allclose(found, [0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).max() == 1
    assert len(holm([])) == 0


def test_share_is_exact():
    # 5 of 5: the lower end is 0.025 ** (1/5)
    assert share(5, 5) == (1, pytest.approx(0.025**0.2), 1)
    assert share(0, 9) == (0, 0, pytest.approx(1 - 0.025 ** (1 / 9)))


def test_effect_is_written_with_its_interval():
    effect = Effect(0.0153, 0.0108, 0.0199, 0.001, 1, (5, 5))
    assert str(effect) == "+0.015 [+0.011, +0.020]"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: difference([1], [1, 2]), ValueError, "a must have two or more"),
        (lambda: difference([1, 2], [1, np.nan]), ValueError, "b must have finite"),
        (lambda: difference("12", [1, 2]), TypeError, "a must be a sequence of num"),
        (lambda: difference([[1, 2]], [1, 2]), TypeError, "a must be a sequence of"),
        (lambda: difference([1, 1], [2, 2]), ValueError, r"\(1.0, 2.0\): without a sp"),
        (lambda: difference([0.3, 0.1 + 0.2], [0.2] * 2), ValueError, "without a sp"),
        (lambda: difference([1, 2], [2, 3], -1), ValueError, "margin must be at le"),
        (lambda: paired([1, 2, 3], [1, 2]), ValueError, "a has 3 values and b 2"),
        (lambda: paired([1, 2], [2, 3]), ValueError, "all pairs differ by -1.0"),
        (lambda: paired([0.931, 0.915], [0.921, 0.905]), ValueError, "by 0.01"),
        (lambda: share(3, 2), ValueError, "k must be at most n = 2, not 3"),
        (lambda: share(1.5, 2), TypeError, "k must be an integer, not 1.5"),
        (lambda: judge({"M5": 0.3}), TypeError, "M5 must be an Effect, not 0.3"),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
