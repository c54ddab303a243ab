"""Reading and setting the parameters of single layers."""

from mxnet import init


def check_type(name, value, expected):
    """Raise TypeError unless `value` is an `expected`."""
    if not isinstance(value, expected):
        raise TypeError(
            f"{name} must be a {expected.__name__}, not {value!r} "
            f"({type(value).__name__})"
        )


def values(layer, name):
    """Return a parameter of a layer as a NumPy array; None if it has none."""
    parameter = getattr(layer, name)
    if parameter is None:
        return None
    try:
        return parameter.list_data()[0].asnumpy()
    except RuntimeError as error:
        raise ValueError(
            f"{layer.name} has no {name} yet: call initialize(), then run "
            "one batch through the network"
        ) from error


def activation_of(layer):
    """Return the name of the activation built into a layer, or None."""
    return layer.act._act_type if layer.act is not None else None


def with_values(new, weight, bias, ctx):
    """Return a new layer, given these values on these devices."""
    new.initialize(init.Zero(), ctx=ctx)  # draws no random numbers
    new.weight.set_data(weight.reshape(new.weight.shape))
    if bias is not None:
        new.bias.set_data(bias)
    return new
