"""Clear errors for arguments that cannot be right."""

import numbers


def check_integer(name, value, smallest=1):
    """Raise a clear error unless `value` is an integer of at least that."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(
            f"{name} must be an integer, not {value!r} "
            f"({type(value).__name__})"
        )
    if value < smallest:
        raise ValueError(f"{name} must be at least {smallest}, not {value}")


def check_window(name, value, smallest=1):
    """Check a number, or the (height, width) pair of a window."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(
                f"{name} must be a number or a pair (height, width), "
                f"not {value!r}"
            )
        for number in value:
            check_integer(name, number, smallest)
    else:
        check_integer(name, value, smallest)
