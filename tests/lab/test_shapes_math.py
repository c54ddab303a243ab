"""The shape calculator: its arithmetic, and every way to use it."""

import random

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.shapes import smallest_size, walkthrough

import pytest
from mxnet.gluon import nn

from helpers.widgets import arithmetic

STACKS = 300


# The arithmetic alone


@pytest.fixture(scope="module")
def math(browser):
    """A page with the arithmetic and the presets, and nothing else."""
    with arithmetic(browser, "core/layers.js", "shapes/presets.js") as page:
        yield page


def random_layer(rng):
    kind = rng.choice(
        ["Conv2D"] * 6
        + ["MaxPool2D", "AvgPool2D"] * 3
        + ["GlobalAvgPool2D", "Dense", "BatchNorm", "Dropout", "Flatten"]
    )
    layer = {"kind": kind}
    if kind == "Dense":
        layer["units"] = rng.randint(1, 50)
    if kind.endswith("Pool2D") and not kind.startswith("Global"):
        layer["ceil"] = rng.random() < 0.5
    if kind == "Conv2D":
        layer["channels"] = rng.randint(1, 40)
    if "channels" in layer or "ceil" in layer:
        layer["kernel"] = rng.randint(1, 7)
        layer["stride"] = rng.randint(1, 4)
        layer["padding"] = rng.randint(0, layer["kernel"] // 2)
    return layer


def gluon(layers):
    net = nn.HybridSequential()
    for layer in layers:
        window = [layer.get(k) for k in ("kernel", "stride", "padding")]
        kind = layer["kind"]
        if kind == "Conv2D":
            net.add(nn.Conv2D(layer["channels"], *window))
        elif "ceil" in layer:
            pooling = getattr(nn, kind)
            net.add(pooling(*window, ceil_mode=layer["ceil"]))
        elif kind == "Dense":
            net.add(nn.Dense(layer["units"]))
        elif kind == "Dropout":
            net.add(nn.Dropout(0.5))
        else:
            net.add(getattr(nn, kind)())
    return net


def expected(net, batch, channels, size):
    """Return the rows of `walkthrough`, as the script writes them."""
    return [
        {
            "bytes": row.activation_bytes,
            "field": row.receptive_field,
            "macs": row.macs,
            "name": row.name.split(" ", 1)[1],
            "params": row.params,
            "shape": list(row.output_shape),
            "stride": row.stride,
        }
        for row in walkthrough(net, (batch, channels, size, size))
    ]


def without_taps(rows):
    return [{k: v for k, v in r.items() if k != "taps"} for r in rows]


WALK = """([layers, input]) =>
  ({...NinLab.layers.walkthrough(layers, input),
    smallest: NinLab.layers.smallestSize(layers, input.channels)})"""


def agrees(problem, message, smallest):
    """Check what the script finds wrong against the error of nin_utils."""
    if message.startswith("no square"):  # another layer fits no picture
        assert smallest is None and problem["key"] != "noMaps"
        return
    assert f"layer {problem['at']} " in message
    if problem["key"] == "noMaps":
        assert "needs an input (N, C, H, W)" in message
        return
    values = problem["values"]
    assert f"window of {values['kernel']}×{values['kernel']}, " in message
    assert f"only {values['padded']}×{values['padded']}" in message
    padded = problem["key"] == "tooSmallPadded"
    assert padded == ("padding included" in message)


def smallest_or_none(net, channels):
    try:
        return smallest_size(net, channels)
    except ValueError:
        return None


def test_arithmetic_equals_nin_utils_on_random_stacks(math):
    rng, good, small, flat = random.Random(1), 0, 0, 0
    for _ in range(STACKS):
        layers = [random_layer(rng) for _ in range(rng.randint(1, 9))]
        size, channels = rng.randint(1, 120), rng.randint(1, 4)
        batch = rng.randint(1, 9)
        found = math.evaluate(
            WALK, [layers, {"batch": batch, "channels": channels, "size": size}]
        )
        net, problem = gluon(layers), found["problem"]
        try:
            rows = expected(net, batch, channels, size)
        except ValueError as error:
            agrees(problem, str(error), found["smallest"])
            small += problem["key"] != "noMaps"
            flat += problem["key"] == "noMaps"
        else:
            good += 1
            assert problem is None, (layers, problem)
            assert without_taps(found["rows"]) == rows, layers
        if problem and problem["key"] == "noMaps":
            smallest = None
        else:
            smallest = smallest_or_none(net, channels)
        assert found["smallest"] == smallest, layers
    assert min(good, small, flat) > STACKS / 20, (good, small, flat)


def vgg11():
    net = nn.HybridSequential()
    for count, channels in ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)):
        for _ in range(count):
            net.add(nn.Conv2D(channels, 3, padding=1, activation="relu"))
        net.add(nn.MaxPool2D(2, 2))
    for units in (4096, 4096):
        net.add(nn.Dense(units, activation="relu"), nn.Dropout(0.5))
    net.add(nn.Dense(1000))
    return net


def nin_cifar():
    """Return the author's network for CIFAR-10 (NIN/cifar-10_def)."""
    net = nn.HybridSequential()
    for widths, kernel in (
        ((192, 160, 96), 5),
        ((192, 192, 192), 5),
        ((192, 192, 10), 3),
    ):
        if len(net):
            net.add(nn.MaxPool2D(3, 2, ceil_mode=True), nn.Dropout(0.5))
        net.add(nn.Conv2D(widths[0], kernel, padding=kernel // 2))
        net.add(nn.Conv2D(widths[1], 1), nn.Conv2D(widths[2], 1))
    net.add(nn.GlobalAvgPool2D(), nn.Flatten())
    return net


PRESETS = {
    "nin224": (models.nin, 1, 224),
    "nin96": (models.nin, 1, 96),
    "ninMnist": (models.nin_mnist, 1, 28),
    "ninCifar": (nin_cifar, 3, 32),
    "lenet": (models.lenet, 1, 28),
    "alexnet": (models.alexnet, 1, 224),
    "vggThin": (models.vgg, 1, 224),
    "vgg11": (vgg11, 3, 224),
}


def test_presets_are_the_networks_of_the_book(math):
    assert math.evaluate("Object.keys(NinLab.shapesPresets.PRESETS)") == list(PRESETS)
    for key, (make, channels, size) in PRESETS.items():
        preset = math.evaluate(f"NinLab.shapesPresets.PRESETS.{key}")
        assert (preset["channels"], preset["size"]) == (channels, size)
        found = math.evaluate(
            WALK, [preset["layers"], {"batch": 2, "channels": channels, "size": size}]
        )
        rows = expected(make(), 2, channels, size)
        assert without_taps(found["rows"]) == rows, key


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "padding", "live"),
    [
        (1, 3, 1, 1, 1),  # the last block of nin() at 96
        (2, 3, 1, 1, 9),
        (2, 5, 1, 2, 9),
        (224, 11, 4, 0, 121),
        (4, 3, 3, 1, 9),
        (2, 4, 4, 1, 4),  # one position, its outer taps on padding
    ],
)
def test_taps_that_meet_a_pixel(math, n, kernel, stride, padding, live):
    layer = {"kind": "Conv2D", "channels": 1, "kernel": kernel}
    layer |= {"stride": stride, "padding": padding}
    found = math.evaluate(WALK, [[layer], {"batch": 1, "channels": 1, "size": n}])
    assert found["rows"][0]["taps"] == live
