"""Tables worked out by hand; the running network is in test_running.py."""

import re

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.shapes import smallest_size, walkthrough

import pytest
from mxnet import nd
from mxnet.gluon import nn

# name, channels, side at 224, side at 96, parameters, field, stride
NIN = [
    ("0.0 Conv2D 11×11/4", 96, 54, 22, 11_712, 11, 4),
    ("0.1 Conv2D 1×1", 96, 54, 22, 9_312, 11, 4),
    ("0.2 Conv2D 1×1", 96, 54, 22, 9_312, 11, 4),
    ("1 MaxPool2D 3×3/2", 96, 26, 10, 0, 19, 8),
    ("2.0 Conv2D 5×5", 256, 26, 10, 614_656, 51, 8),
    ("2.1 Conv2D 1×1", 256, 26, 10, 65_792, 51, 8),
    ("2.2 Conv2D 1×1", 256, 26, 10, 65_792, 51, 8),
    ("3 MaxPool2D 3×3/2", 256, 12, 4, 0, 67, 16),
    ("4.0 Conv2D 3×3", 384, 12, 4, 885_120, 99, 16),
    ("4.1 Conv2D 1×1", 384, 12, 4, 147_840, 99, 16),
    ("4.2 Conv2D 1×1", 384, 12, 4, 147_840, 99, 16),
    ("5 MaxPool2D 3×3/2", 384, 5, 1, 0, 131, 32),
    ("6 Dropout", 384, 5, 1, 0, 131, 32),
    ("7.0 Conv2D 3×3", 10, 5, 1, 34_570, 195, 32),
    ("7.1 Conv2D 1×1", 10, 5, 1, 110, 195, 32),
    ("7.2 Conv2D 1×1", 10, 5, 1, 110, 195, 32),
]
# multiply-adds at 224 and at 96 of each convolution, in order
NIN_MACS = [
    (33_872_256, 5_622_144),
    (26_873_856, 4_460_544),
    (26_873_856, 4_460_544),
    (415_334_400, 61_440_000),
    (44_302_336, 6_553_600),
    (44_302_336, 6_553_600),
    (127_401_984, 14_155_776),
    (21_233_664, 2_359_296),
    (21_233_664, 2_359_296),
    (864_000, 34_560),
    (2_500, 100),
    (2_500, 100),
]


@pytest.mark.parametrize("size", [224, 96])
def test_nin_by_hand(size):
    rows = walkthrough(models.nin(), (2, 1, size, size))
    assert len(rows) == 18
    macs = iter(NIN_MACS)
    for row, (name, channels, at_224, at_96, *rest) in zip(rows, NIN):
        side = at_224 if size == 224 else at_96
        assert row.name == name
        assert row.output_shape == (2, channels, side, side)
        assert [row.params, row.receptive_field, row.stride] == rest
        assert row.activation_bytes == 2 * channels * side * side * 4
        expected = next(macs)[size == 96] if "Conv2D" in name else 0
        assert row.macs == expected
    last = ("params", 0), ("macs", 0), ("activation_bytes", 80)
    assert rows[16].name == "8 GlobalAvgPool2D"
    assert rows[16].output_shape == (2, 10, 1, 1)
    assert rows[17].name == "9 Flatten"
    assert rows[17].output_shape == (2, 10)
    for row in rows[16:]:
        assert row.receptive_field == size
        assert row.stride is None
        assert all(getattr(row, name) == value for name, value in last)


@pytest.mark.parametrize(
    ("make", "size", "params", "macs"),
    [
        (models.nin, 224, 1_992_166, 762_297_352),
        (models.nin, 96, 1_992_166, 107_999_560),
        (models.nin_mnist, 28, 349_674, 50_699_712),
        (models.lenet, 28, 44_426, 281_640),
        (models.alexnet, 224, 46_764_746, 938_146_176),
        (models.vgg, 224, 43_093_322, 512_155_648),
    ],
)
def test_totals(make, size, params, macs):
    table = walkthrough(make(), (1, 1, size, size))
    assert table.params == params
    assert table.macs == macs


def test_nin_cifar10_by_hand():
    table = walkthrough(models.nin_cifar10(), (1, 3, 32, 32))
    assert table.params == 966_986
    assert table.macs == 222_486_528
    named = {row.name: row for row in table}
    assert named["1 MaxPool2D 3×3/2"].output_shape == (1, 96, 16, 16)
    assert named["4 MaxPool2D 3×3/2"].output_shape == (1, 192, 8, 8)
    assert named["6.2 Conv2D 1×1"].output_shape == (1, 10, 8, 8)
    assert named["6.2 Conv2D 1×1"].receptive_field == 27
    assert named["6.2 Conv2D 1×1"].stride == 4


def test_bytes_of_nin_are_those_of_its_outputs():
    floats = (  # channels of all layers with the same side
        3 * 96 * 54**2
        + (96 + 3 * 256) * 26**2
        + (256 + 3 * 384) * 12**2
        + (2 * 384 + 3 * 10) * 5**2
        + 2 * 10
    )
    table = walkthrough(models.nin(), (128, 1, 224, 224))
    assert table.activation_bytes == 128 * 4 * floats


@pytest.mark.parametrize(
    ("first", "last", "side"),
    [
        (67, 98, 1),
        (99, 130, 2),
        (131, 162, 3),
        (163, 194, 4),
        (195, 226, 5),
        (227, 258, 6),
    ],
)
def test_sides_of_the_last_map_of_nin(first, last, side):
    net = models.nin()
    for size in (first, last):
        row = walkthrough(net, (1, 1, size, size))[15]
        assert row.output_shape == (1, 10, side, side)


@pytest.mark.parametrize(
    ("make", "smallest"),
    [
        (models.nin, 67),
        (models.nin_mnist, 6),
        (models.nin_cifar10, 6),
        (models.lenet, 16),
        (models.alexnet, 67),
        (models.vgg, 32),
    ],
)
def test_smallest_size(make, smallest):
    net = make()
    assert smallest_size(net) == smallest
    walkthrough(net, (1, 1, smallest, smallest))
    with pytest.raises(ValueError, match=f"is {smallest}×{smallest}"):
        walkthrough(net, (1, 1, smallest - 1, 300))


@pytest.mark.parametrize(("channels", "kind"), [(0, ValueError), ("1", TypeError)])
def test_channels_that_cannot_be(channels, kind):
    with pytest.raises(kind, match="channels must be"):
        smallest_size(models.nin(), channels)


def test_a_size_too_small_names_layer_and_smallest_size():
    with pytest.raises(ValueError) as caught:
        walkthrough(models.nin(), (1, 1, 28, 28))
    assert str(caught.value) == (
        "an input of 28×28 is too small: layer 3 MaxPool2D 3×3/2 has a window "
        "of 3×3, but its input is only 2×2; the smallest square that fits is "
        "67×67"
    )


def test_padding_is_named_where_it_does_not_suffice():
    net = nn.Conv2D(1, 5, padding=1)
    with pytest.raises(ValueError, match="only 4×4, padding included; the"):
        walkthrough(net, (1, 1, 2, 2))


def test_a_fixed_head_has_its_own_smallest_size():
    net = nn.HybridSequential()
    net.add(nn.MaxPool2D(2), nn.Dense(3, in_units=25))
    assert smallest_size(net) == 10
    with pytest.raises(ValueError, match="1 Dense was made for 25 inputs, no"):
        walkthrough(net, (1, 1, 12, 12))
    net.add(nn.Dense(2, in_units=4))
    with pytest.raises(ValueError, match="2 Dense was made for 4 inputs, not"):
        walkthrough(net, (1, 1, 10, 10))
    with pytest.raises(ValueError, match="no square of up to 4096 px"):
        smallest_size(net)


def test_a_head_for_what_is_no_square_has_no_smallest_square():
    net = models.lenet()
    net.initialize()
    net(nd.zeros((1, 1, 28, 40)))
    with pytest.raises(ValueError, match="input of 4×4 is too small: layer ") as caught:
        walkthrough(net, (1, 1, 4, 4))
    assert "square" not in str(caught.value)


def test_the_tutorials_own_code_has_the_same_table():
    blk = nn.Sequential()
    blk.add(
        nn.Conv2D(96, 11, 4, 0, activation="relu"),
        nn.Conv2D(96, kernel_size=1, activation="relu"),
        nn.Conv2D(96, kernel_size=1, activation="relu"),
    )
    net = nn.Sequential()
    net.add(blk, nn.MaxPool2D(pool_size=3, strides=2))
    rows = walkthrough(net, (1, 1, 224, 224))
    assert rows == walkthrough(models.nin(), (1, 1, 224, 224))[:4]


def test_vgg_and_mnist_by_hand():
    rows = walkthrough(models.vgg(), (1, 1, 224, 224))
    named = {row.name: row for row in rows}
    assert named["4.2 MaxPool2D 2×2/2"].output_shape == (1, 128, 7, 7)
    assert named["4.2 MaxPool2D 2×2/2"].receptive_field == 150
    assert named["4.2 MaxPool2D 2×2/2"].stride == 32
    assert named["5 Dense"].params == 25_694_208
    rows = walkthrough(models.nin_mnist(), (1, 1, 28, 28))
    named = {row.name: row for row in rows}
    assert named["1 MaxPool2D 3×3/2"].output_shape == (1, 48, 14, 14)
    assert named["6.2 Conv2D 1×1"].output_shape == (1, 10, 7, 7)
    assert named["6.2 Conv2D 1×1"].receptive_field == 35
    assert named["6.2 Conv2D 1×1"].stride == 4


def test_windows_that_are_not_square():
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(4, (3, 5), strides=(1, 2), dilation=(2, 1), use_bias=False),
        nn.AvgPool2D((2, 1), strides=(2, 1)),
    )
    conv, pool = walkthrough(net, (1, 3, 11, 17))
    # rows 11 - 4 = 7; columns (17 - 5) / 2 + 1 = 7
    assert conv[:2] == ("0 Conv2D 3×5/1×2", (1, 4, 7, 7))
    assert conv[2:] == (180, 8820, 784, 5, (1, 2))
    assert pool[:3] == ("1 AvgPool2D 2×1/2×1", (1, 4, 3, 7), 0)
    assert pool[5:] == ((6, 5), 2)


def test_batch_norm_counts_what_it_learns():
    net = nn.HybridSequential()
    net.add(nn.BatchNorm(), nn.BatchNorm(scale=False), nn.Activation("relu"))
    assert [row.params for row in walkthrough(net, (1, 6, 4, 4))] == [12, 6, 0]
    net.collect_params().setattr("grad_req", "null")  # frozen, like a convolution
    assert [row.params for row in walkthrough(net, (1, 6, 4, 4))] == [12, 6, 0]


def test_dense_on_the_last_axis_and_on_vectors():
    row = walkthrough(nn.Dense(4, flatten=False), (2, 5, 6, 3))[0]
    assert row == ("Dense", (2, 5, 6, 4), 16, 360, 960, None, None)
    row = walkthrough(nn.Dense(4, use_bias=False), (2, 3))[0]
    assert row == ("Dense", (2, 4), 12, 12, 32, None, None)


def test_dense_sees_the_whole_input():
    net = nn.HybridSequential()
    net.add(nn.Conv2D(2, 3), nn.Flatten(), nn.Dense(1, flatten=False))
    fields = [r.receptive_field for r in walkthrough(net, (1, 1, 8, 9))]
    assert fields == [3, 3, (8, 9)]


def test_an_initialised_layer_checks_its_channels():
    net = models.nin_mnist()
    net.initialize()
    net(nd.zeros((1, 1, 28, 28)))
    with pytest.raises(ValueError, match="0.0 Conv2D 5×5 was made for 1 chan"):
        walkthrough(net, (1, 3, 28, 28))


class Doubled(nn.Conv2D):
    """Computes something else than its parent."""

    def hybrid_forward(self, F, x, weight, bias=None):
        return F.concat(*[super().hybrid_forward(F, x, weight, bias)] * 2)


class Named(nn.MaxPool2D):
    """Computes the same as its parent."""


class Conv2D(nn.Conv2D):
    """Of the same name, with settings of its own."""

    def __init__(self, channels):
        super().__init__(channels, 3, padding=1, use_bias=False)


@pytest.mark.parametrize(
    "layer", [nn.HybridLambda("tanh"), Doubled(1, 1), nn.Conv2DTranspose(1, 1)]
)
def test_an_unknown_layer_is_named(layer):
    net = nn.HybridSequential()
    inner = nn.HybridSequential()
    inner.add(nn.Dropout(0.5), layer)
    net.add(inner)
    with pytest.raises(TypeError, match=f"0.1 is a {type(layer).__name__}, "):
        walkthrough(net, (1, 1, 9, 9))


def test_a_subclass_counts_as_its_parent():
    row = walkthrough(Named(3), (1, 1, 9, 9))[0]
    assert (row.name, row.output_shape) == ("MaxPool2D 3×3/3", (1, 1, 3, 3))
    row = walkthrough(Conv2D(4), (1, 2, 9, 9))[0]
    assert row[:3] == ("Conv2D 3×3", (1, 4, 9, 9), 72)


@pytest.mark.parametrize(
    "shape", [None, 3, (1,), (1, 1, 28, 0), (1, 1, -28, 28), (1, 1, 28.0, 28)]
)
def test_what_is_no_shape_is_named(shape):
    with pytest.raises(ValueError, match="must be positive integers") as error:
        walkthrough(models.nin_mnist(), shape)
    assert str(error.value).endswith(f"not {shape!r}")


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.Conv2D(1, 1), (1, 28, 28), r"needs an input \(N, C, H, W\)"),
        (nn.Conv2D(1, 1, layout="NHWC"), (1, 9, 9, 1), "layout NHWC"),
        (nn.Conv2D(4, 1, groups=2), (1, 3, 9, 9), "2 groups.*3 channels"),
        (nn.BatchNorm(axis=3), (1, 9, 9, 1), "axis 3"),
    ],
)
def test_what_a_layer_cannot_take_is_named(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        walkthrough(layer, shape)


def test_the_printed_table():
    text = str(walkthrough(models.nin(), (1, 1, 96, 96))).split("\n")
    headings = "layer output shape parameters MACs bytes field stride"
    assert " ".join(text[0].split()) == headings
    numbers = ["11,712", "5,622,144", "185,856", "11", "4"]
    assert text[2].startswith("0.0 Conv2D 11×11/4  (1, 96, 22, 22)  ")
    assert text[2].split()[-5:] == numbers
    assert text[-1].split() == ["total", "1,992,166", "107,999,560", "996,552"]
    assert len(text) == 22
    for heading, number in zip(headings.split()[3:], numbers):
        end = text[0].index(heading) + len(heading)
        assert text[2][:end].endswith(f" {number}")


def test_a_page_shows_the_table_with_what_matters_first():
    page = walkthrough(models.nin(), (1, 1, 96, 96))._repr_html_()
    cells = re.compile("<t[hd](?: [^>]*)?>([^<]*)<")
    rows = [cells.findall(row) for row in page.split("</tr>")[:-1]]
    assert rows[0] == ["layer", "output", "params", "MACs", "field", "stride", "bytes"]
    first = ["0.0 Conv2D 11×11/4", "96×22×22", "11,712", "5,622,144", "11", "4"]
    assert rows[1] == [*first, "185,856"]
    assert rows[4][2:4] == ["", ""]  # a pooling learns and multiplies nothing
    assert rows[-1] == ["total", "", "1,992,166", "107,999,560", "", "", "996,552"]
    assert len(rows) == 20
