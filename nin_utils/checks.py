"""Clear errors for arguments that cannot be right."""

import math
import numbers

import numpy as np


def check_bool(name, value):
    """Raise a clear error unless `value` is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(
            f"{name} must be True or False, not {value!r} ({type(value).__name__})"
        )


def check_integer(name, value, smallest=1):
    """Return `value` as int; a clear error unless it is one of at least that."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(
            f"{name} must be an integer, not {value!r} ({type(value).__name__})"
        )
    if value < smallest:
        raise ValueError(f"{name} must be at least {smallest}, not {value}")
    return int(value)  # NumPy's small integers wrap around


def _check_real(name, value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(
            f"{name} must be a number, not {value!r} ({type(value).__name__})"
        )


def check_number(name, value, low, high=math.inf, above=False):
    """Raise a clear error unless `value` is a number from `low` to `high`.

    `above`: `low` itself is too small.
    """
    _check_real(name, value)
    fits = low < value if above else low <= value
    if not (fits and value <= high):  # NaN fails as well
        end = f"at most {high:g}" if high < math.inf else ""
        begin = f"{'above' if above else 'at least'} {low:g}"
        raise ValueError(
            f"{name} must be {' and '.join(filter(None, (begin, end)))}, not {value}"
        )


def check_window(name, value, smallest=1):
    """Check a number, or the (height, width) pair of a window."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(
                f"{name} must be a number or a pair (height, width), not {value!r}"
            )
        for number in value:
            check_integer(name, number, smallest)
    else:
        check_integer(name, value, smallest)


def check_share(name, value):
    """Raise a clear error unless `value` is a number in [0, 1)."""
    _check_real(name, value)
    if not 0 <= value < 1:  # NaN fails as well
        raise ValueError(f"{name} must be in [0, 1), not {value!r}")
