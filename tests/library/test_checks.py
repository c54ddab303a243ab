"""What arguments cannot be is said with their name and their value."""

import nin_utils  # noqa: F401
from nin_utils import checks

import numpy as np
import pytest

NAN = float("nan")


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (checks.check_bool, [True, np.False_]),
        (checks.check_integer, [1, np.int64(2), np.uint8(3)]),
        (lambda *a: checks.check_number(*a, 0, 1), [0, 1, 0.5, np.float32(1)]),
        (lambda *a: checks.check_number(*a, 0, above=True), [1e-9, 7]),
        (checks.check_window, [1, (2, 3), [np.int32(4), 5]]),
        (lambda *a: checks.check_window(*a, smallest=0), [0, (0, 0)]),
        (checks.check_share, [0, 0.999, np.float64(0.5)]),
    ],
)
def test_takes(check, good):
    for value in good:
        check("x", value)


@pytest.mark.parametrize(
    ("check", "value", "error", "match"),
    [
        (checks.check_bool, 1, TypeError, r"True or False, not 1 \(int\)"),
        (checks.check_bool, None, TypeError, "True or False, not None"),
        (checks.check_integer, True, TypeError, r"integer, not True \(bool"),
        (checks.check_integer, 1.0, TypeError, r"integer, not 1.0 \(float"),
        (checks.check_integer, 0, ValueError, "at least 1, not 0"),
        (
            lambda *a: checks.check_number(*a, 0, 1),
            *(1.5, ValueError, "at least 0 and at most 1, not 1.5"),
        ),
        (
            lambda *a: checks.check_number(*a, 0, above=True),
            *(0, ValueError, "above 0, not 0"),
        ),
        (
            lambda *a: checks.check_number(*a, 0),
            *(NAN, ValueError, "at least 0, not nan"),
        ),
        (lambda *a: checks.check_number(*a, 0), True, TypeError, "a number"),
        (checks.check_window, (1, 2, 3), ValueError, "a pair .*not .1, 2, 3"),
        (checks.check_window, (1, 0), ValueError, "at least 1, not 0"),
        (checks.check_window, 0, ValueError, "at least 1, not 0"),
        (checks.check_window, "3", TypeError, "integer, not '3'"),
        (checks.check_share, 1, ValueError, r"in \[0, 1\), not 1"),
        (checks.check_share, NAN, ValueError, "not nan"),
        (checks.check_share, "0", TypeError, r"number, not '0' \(str\)"),
    ],
)
def test_refuses(check, value, error, match):
    with pytest.raises(error, match=f"^x must be .*{match}"):
        check("x", value)
