"""From measurements to verdicts: an effect, its interval, and one rule.

A claim says that an effect is above 0: that one network is more accurate than
another, that a map hits more often than chance. Before anything is measured
somebody names the *margin*, the smallest effect that would be worth having.
Then

- ✓ the claim *holds* if the effect is surely above 0;
- ✗ it *does not hold* if the effect is surely below the margin;
- ? it *cannot be told* otherwise.

"Surely" means: at the level of a 95 % interval, 2.5 % on each side, after
Holm's correction for the number of claims that are judged together. So of all
the claims of a page, with nothing in any of them, one or more is called ✓ by
chance in one page of forty.

Sources: B. L. Welch, "The generalization of 'Student's' problem when several
different population variances are involved", Biometrika 34, 1947; S. Holm, "A
simple sequentially rejective multiple test procedure", Scandinavian Journal
of Statistics 6, 1979. The statistics are scipy's.
"""

import dataclasses

import numpy as np

from .checks import check_integer, check_number

__all__ = [
    "CANNOT_BE_TOLD",
    "DOES_NOT_HOLD",
    "HOLDS",
    "Effect",
    "difference",
    "holm",
    "judge",
    "paired",
    "share",
]

#: The signs of the verdicts.
HOLDS, DOES_NOT_HOLD, CANNOT_BE_TOLD = "✓✗?"
LEVEL = 0.95  # of the intervals
_SIDE = (1 - LEVEL) / 2  # error that is allowed on each side


@dataclasses.dataclass(frozen=True)
class Effect:
    """An effect with its 95 % interval.

    Attributes
    ----------
    value, low, high : float
        The estimate and the ends of the interval.
    p_none : float
        How often chance alone makes so much if the effect is 0 (one-sided).
    p_margin : float
        How often chance alone makes so little if the effect is the margin.
    n : tuple of int
        Measurements in each group.
    """

    value: float
    low: float
    high: float
    p_none: float
    p_margin: float
    n: tuple

    def __str__(self):
        """Return ``+0.015 [+0.011, +0.019]``."""
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


def difference(a, b, margin=0.0):
    """Return how much higher `a` is than `b` in the mean, by Welch's t test.

    Parameters
    ----------
    a, b : sequence of float
        Two groups of independent measurements, as of networks with different
        seeds; two or more in each. Also 0 and 1, some 30 or more in each.
    margin : float
        The smallest difference that would be worth having, at least 0.

    Returns
    -------
    Effect

    Raises
    ------
    TypeError, ValueError
        If a group has fewer than two numbers or one that is not finite, if
        neither varies, or the margin is negative; says which.
    """
    from scipy import stats

    a, b = _two_groups(a, b, margin)
    if max(np.ptp(a), np.ptp(b)) <= _rounding(a, b):
        raise ValueError(
            f"no value in a or b differs from the others of its group ({a[0]}, "
            f"{b[0]}): without a spread there is no interval"
        )
    test = stats.ttest_ind(a, b, equal_var=False)
    return _from_t(test, a.mean() - b.mean(), margin, (len(a), len(b)))


def paired(a, b, margin=0.0):
    """Return how much higher `a` is than `b`, pair by pair.

    For pairs that share their chance: the same seed, data or image.

    Parameters
    ----------
    a, b : sequence of float
        As many in both, two or more.
    margin : float
        As in `difference`.

    Returns
    -------
    Effect

    Raises
    ------
    TypeError, ValueError
        As `difference`; also if `a` and `b` have not the same length.
    """
    from scipy import stats

    a, b = _two_groups(a, b, margin)
    if len(a) != len(b):
        raise ValueError(f"a has {len(a)} values and b {len(b)}: they are no pairs")
    if np.ptp(a - b) <= _rounding(a, b):
        raise ValueError(
            f"all pairs differ by {a[0] - b[0]}: without a spread there is no interval"
        )
    test = stats.ttest_rel(a, b)
    return _from_t(test, (a - b).mean(), margin, (len(a),))


def _rounding(a, b):
    """Return the largest difference that may be one of rounding alone."""
    return 1e-12 * max(1, np.abs(a).max(), np.abs(b).max())


def _from_t(test, value, margin, n):
    """Return the effect of a t test of scipy."""
    from scipy import stats

    low, high = test.confidence_interval(LEVEL)
    t = stats.t(test.df)
    error = (high - low) / (2 * t.ppf(1 - _SIDE))
    return Effect(
        float(value),
        float(low),
        float(high),
        float(t.sf(value / error)),
        float(t.cdf((value - margin) / error)),
        n,
    )


def share(k, n):
    """Return the share k/n with its exact 95 % interval.

    By the binomial distribution (Clopper and Pearson).

    Parameters
    ----------
    k, n : int
        Hits, and of how many independent trials.

    Returns
    -------
    value, low, high : float
        The share and the ends of the interval.

    Raises
    ------
    TypeError, ValueError
        If `k` or `n` is no integer or does not fit.

    Examples
    --------
    >>> "{:.2f} [{:.2f}, {:.2f}]".format(*share(5, 5))
    '1.00 [0.48, 1.00]'
    """
    from scipy import stats

    check_integer("n", n)
    check_integer("k", k, 0)
    if k > n:
        raise ValueError(f"k must be at most n = {n}, not {k}")
    low, high = stats.binomtest(k, n).proportion_ci(LEVEL)
    return k / n, float(low), float(high)


def holm(p_values):
    """Return p values corrected for their number (Holm).

    Parameters
    ----------
    p_values : sequence of float
        Of tests that are judged together.

    Returns
    -------
    numpy.ndarray
        In the same order. To reject where it is at most 0.025 makes one
        or more mistakes in at most 2.5 % of all such families of tests.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(1, np.maximum.accumulate(steps))
    return corrected


def judge(effects):
    """Return the verdict on each claim, all judged together.

    Parameters
    ----------
    effects : dict
        An `Effect` for the name of each claim.

    Returns
    -------
    dict
        `HOLDS`, `DOES_NOT_HOLD` or `CANNOT_BE_TOLD` for each name.

    Raises
    ------
    TypeError
        If a value is not an `Effect`.
    """
    for name, effect in effects.items():
        if not isinstance(effect, Effect):
            raise TypeError(f"{name} must be an Effect, not {effect!r}")
    none = holm([effect.p_none for effect in effects.values()])
    margin = holm([effect.p_margin for effect in effects.values()])
    return {
        name: (
            HOLDS
            if above <= _SIDE
            else DOES_NOT_HOLD
            if below <= _SIDE
            else CANNOT_BE_TOLD
        )
        for name, above, below in zip(effects, none, margin)
    }


def _two_groups(a, b, margin):
    """Return both as arrays; check them and the margin."""
    check_number("margin", margin, 0)
    return _group("a", a), _group("b", b)


def _group(name, values):
    """Return a group as an array of two or more finite numbers."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf" or array.ndim != 1:
        raise TypeError(f"{name} must be a sequence of numbers, not {values!r}")
    if len(array) < 2:
        raise ValueError(
            f"{name} must have two or more values, not {len(array)}: one "
            "measurement has no spread"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must have finite values only, not {values!r}")
    return array.astype(float)
