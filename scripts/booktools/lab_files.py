"""The scripts of the lab: which a widget loads, and those that are made.

What its engine reads, networks and test images, are scripts, not data: a page
that is opened from the disk may load nothing else. They are made anew in each
build from what comes with `nin_utils`, so they always fit it.
"""

import base64
import json

from nin_utils import data, models
from nin_utils.data import gallery
from nin_utils.models import weights
from nin_utils.shapes.rules import elementary

import numpy as np
from mxnet import nd
from mxnet.gluon import nn

#: The scripts of each widget, in the order in which they are loaded.
WIDGETS = {
    "average": (
        "core/colours.js probe/view.js average/heads.js average/view.js "
        "average/average.js"
    ),
    "canvas": (
        "core/colours.js core/layers.js core/parts.js core/files.js "
        "engine/kernels-wasm.js engine/engine.js engine/answer.js "
        "engine/live.js canvas/samples.js canvas/scene.js canvas/upload.js "
        "canvas/stage.js canvas/stage-input.js canvas/rows.js "
        "canvas/head-rows.js canvas/numbers.js canvas/controls.js "
        "canvas/address.js canvas/canvas.js"
    ),
    "photos": (
        "core/colours.js core/layers.js core/parts.js core/files.js "
        "engine/kernels-wasm.js engine/engine.js engine/answer.js "
        "engine/live.js canvas/rows.js photos/pictures.js photos/pixels.js "
        "photos/camera.js photos/stage.js photos/photos.js"
    ),
    "plateau": (
        "core/chance.js plateau/network.js plateau/patient.js plateau/chart.js "
        "plateau/plateau.js"
    ),
    "predict": "predict/predict.js",
    "probe": (
        "core/colours.js probe/maps.js probe/view.js probe/controls.js "
        "probe/equation.js probe/probe.js"
    ),
    "shapes": (
        "core/layers.js shapes/presets.js shapes/editor.js shapes/table.js "
        "shapes/shapes.js"
    ),
    "train": (
        "core/chance.js core/colours.js train/micro.js train/view.js train/train.js"
    ),
}

PANEL = 8  # output channels that kernels.c computes together
SAMPLES_PER_CLASS = 2

FC_INPUTS = 96 * 7 * 7  # numbers before the last 1x1 convolution at 28x28


def write(folder):
    """Write weights, test images and maps into the folder of the lab."""
    scripts = {
        "engine/weights-canvas.js": weights_script(
            "canvas", models.nin_mnist(pretrained="canvas"), fc_head()
        ),
        "engine/weights-28.js": weights_script("28", models.nin_mnist(pretrained=True)),
        "engine/weights-photos.js": weights_script(
            "photos", models.nin_cifar10(pretrained=True)
        ),
        "canvas/samples.js": samples_script(),
        "photos/pictures.js": photographs_script(),
        "probe/maps.js": probe_script(),
    }
    for name, text in scripts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def fc_head():
    """Return the fully connected head of scripts/train_lab_head.py."""
    head = nn.Dense(10, in_units=FC_INPUTS)
    weights.load(head, "nin_mnist_canvas_fc")
    return head


def weights_script(name, net, head=None):
    """Return the script that hands a network to the engine.

    Parameters
    ----------
    name : str
    net : mxnet.gluon.nn.HybridSequential
        Convolutions and max poolings, possibly nested; dropout is left out,
        global average pooling and flattening end it.
    head : mxnet.gluon.nn.Dense, optional
        A fully connected head on the maps before the last 1x1 convolution.

    Returns
    -------
    str
        The values in float16: exact for weights that come with `nin_utils`.
    """
    layers, values, inputs = [], [], []
    for _, layer in elementary(net):
        described = describe(layer)
        if described is not None:
            layers.append(described)
            if isinstance(layer, nn.Conv2D):
                values += packed(layer)
                inputs.append(layer.weight.shape[1])
    plan = {"inputs": inputs[0], "layers": layers}
    if head is not None:
        plan["head"] = {"inputs": head.weight.shape[1]}
        values += packed_head(head, layers)
    content = np.concatenate([v.ravel() for v in values]).astype("<f2")
    plan["bytes"] = base64.b64encode(content.tobytes()).decode()
    text = json.dumps(plan, separators=(",", ":"))
    return f'NinLab.engine.weights("{name}", {text});\n'


def describe(layer):
    """Return what the engine must know of a layer; None if nothing.

    Raises
    ------
    TypeError, ValueError
        If the engine does not know such a layer.
    """
    if isinstance(layer, (nn.Dropout, nn.GlobalAvgPool2D, nn.Flatten)):
        return None
    if not isinstance(layer, (nn.Conv2D, nn.MaxPool2D)):
        raise TypeError(f"the engine of the lab has no {layer!r}")
    settings = layer._kwargs
    kernel, stride, padding = (settings[key] for key in ("kernel", "stride", "pad"))
    known = (
        len(set(kernel)) == len(set(stride)) == len(set(padding)) == 1
        and settings.get("dilate", (1, 1)) == (1, 1)
        and settings.get("num_group", 1) == 1
    )
    described = {"kernel": kernel[0], "stride": stride[0], "padding": padding[0]}
    if isinstance(layer, nn.MaxPool2D):
        known &= settings["pooling_convention"] == "full"
        known &= padding == (0, 0)
        described.update(kind="MaxPool2D", ceil=True)
    else:
        described.update(
            kind="Conv2D",
            channels=settings["num_filter"],
            relu=int(layer.act is not None),
        )
    if not known:
        raise ValueError(f"the engine of the lab does not know {layer!r}")
    return described


def packed(conv):
    """Return bias and weights of a convolution as kernels.c wants them."""
    weight, bias = conv.weight.data().asnumpy(), conv.bias.data().asnumpy()
    missing = -len(bias) % PANEL
    rows = weight.transpose(0, 2, 3, 1).reshape(len(bias), -1)
    rows = np.pad(rows, ((0, missing), (0, 0)))
    panels = rows.reshape(-1, PANEL, rows.shape[1]).transpose(0, 2, 1)
    return [np.pad(bias, (0, missing)), panels]


def packed_head(head, layers):
    """Return bias and weights of a dense layer, channels of a pixel last."""
    weight, bias = head.weight.data().asnumpy(), head.bias.data().asnumpy()
    channels = layers[-2]["channels"]
    weight = weight.reshape(len(bias), channels, -1).transpose(0, 2, 1)
    return [bias, weight]


def samples_script():
    """Return the script with the first test images of each class."""
    images, labels = data.fashion_mnist(train=False, subset=True)
    chosen = [
        int(i)
        for c in range(10)
        for i in np.flatnonzero(labels == c)[:SAMPLES_PER_CLASS]
    ]
    content = {
        "labels": [int(labels[i]) for i in chosen],
        "pictures": base64.b64encode(images[chosen].tobytes()).decode(),
    }
    return f"NinLab.samples = {json.dumps(content)};\n"


def photographs_script():
    """Return the script with the photographs and their classes.

    The files stand in it whole, as data: a picture beside a page that is
    opened from the disk may be shown, but its pixels may not be read.
    """
    photos = []
    for path in gallery.paths().values():
        text = base64.b64encode(path.read_bytes()).decode()
        photos.append({"name": path.stem, "data": f"data:image/jpeg;base64,{text}"})
    content = {"labels": data.CIFAR10_LABELS, "photos": photos}
    return f"NinLab.photographs = {json.dumps(content)};\n"


def probe_script():
    """Return the script with the maps that the 1×1 probe works on."""
    channels, maps = probe_maps()
    content = {
        "channels": channels,
        "size": maps.shape[1],
        "maps": [base64.b64encode(one.tobytes()).decode() for one in maps],
    }
    return f"NinLab.probeMaps = {json.dumps(content)};\n"


def probe_maps():
    """Return three maps behind the first 5×5 convolution of `nin_mnist`.

    Those of the first ankle boot that are most like its left edges, its upper
    edges and its surface.

    Returns
    -------
    list of int
        The channels.
    numpy.ndarray of uint8
        (3, 28, 28), each with 255 as its largest value.
    """
    images, labels = data.fashion_mnist(train=False, subset=True)
    boot = np.flatnonzero(labels == data.LABELS.index("ankle boot"))[0]
    X = images[boot].astype("float32") / 255
    net = models.nin_mnist(pretrained=True)
    maps = net[0][0](nd.array(X[None, None])).asnumpy()[0]
    padded = np.pad(X, 1)
    right = padded[1:-1, 2:] - padded[1:-1, :-2]  # brighter to the right
    down = padded[2:, 1:-1] - padded[:-2, 1:-1]
    wanted = np.maximum(right, 0), np.maximum(down, 0), X
    channels = [most_like(target, maps) for target in wanted]
    chosen = maps[channels]
    scale = 255 / chosen.max(axis=(1, 2), keepdims=True)
    return channels, np.rint(chosen * scale).astype("uint8")


def most_like(target, maps):
    """Return the channel whose map has the highest correlation."""
    maps = maps - maps.mean(axis=(1, 2), keepdims=True)
    norms = np.sqrt((maps**2).sum(axis=(1, 2)))
    likeness = (maps * (target - target.mean())).sum(axis=(1, 2))
    return int((likeness / np.where(norms < 1e-6, np.inf, norms)).argmax())
