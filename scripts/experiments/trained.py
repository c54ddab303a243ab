"""Measure a trained network, and save it for the package."""

import hashlib
import json

from nin_utils import data, equivalence, models, training
from nin_utils.data import Batches, place
from nin_utils.files import replaced
from nin_utils.models import weights

import numpy as np

from booktools.files import ROOT

# Black squares of `accuracy_on_canvases`, and the garments on them: pixels.
CANVASES = range(28, 85, 8)
SIDES = range(14, 57, 7)
CANVAS = 56  # on which the size and the place vary
OFFSETS = range(0, 29, 7)
NUM_PICTURES = 2_000


def predict(net, data_iter):
    """Return the logits (N, num_classes) and labels (N,) of a data set."""
    parts = [(net(X).asnumpy(), y.asnumpy()) for X, y in data_iter]
    return tuple(np.concatenate(part) for part in zip(*parts))


def share_right(logits, labels):
    """Return the accuracy of logits that are there: no second pass for it."""
    return float((logits.argmax(axis=1) == labels).mean())


def per_class(logits, labels):
    """Return the recall of each class and the logits that are always 0."""
    right = logits.argmax(axis=1) == labels
    return {
        "recall": [float(right[labels == c].mean()) for c in range(logits.shape[1])],
        "dead_logits": np.flatnonzero((logits == 0).all(axis=0)).tolist(),
    }


def count_parameters(net):
    """Count all numbers of a network, running statistics included."""
    return sum(p.data().size for p in net.collect_params().values())


def save_weights(net, name):
    """Save the parameters of `net` for the package, rounded to float16.

    The network is float16 afterwards.

    Returns
    -------
    pathlib.Path, str
        ``nin_utils/weights/<name>.params`` and its SHA-256, which is also
        written into ``sha256.json``.
    """
    path = ROOT / "nin_utils" / "weights" / f"{name}.params"
    net.cast("float16")
    with replaced(path) as part:
        net.save_parameters(str(part))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    sums = json.loads((path.parent / "sha256.json").read_text())
    sums[path.name] = sha256
    with replaced(path.parent / "sha256.json") as part:
        part.write_text(json.dumps(sums, indent=1) + "\n")
    return path, sha256


def ship(run, net, test_iter):
    """Save a trained network for the package, in half the size.

    Batch normalisation is folded and the weights are rounded to float16.

    Returns
    -------
    dict
        What the record says about the weights that come with the package.
    """
    plain = equivalence.fold_batch_norm(net)
    before, labels = predict(net, test_iter)
    path, sha256 = save_weights(plain, run.weights)
    shipped = getattr(models, run.network)()
    weights.load(shipped, run.weights)
    after, _ = predict(shipped, test_iter)
    facts = {
        "file": path.relative_to(ROOT).as_posix(),
        "sha256": sha256,
        "parameters": count_parameters(shipped),
        "test_acc": share_right(after, labels),
        "largest_logit_change": float(abs(after - before).max()),
        "predictions_changed": int(
            (after.argmax(axis=1) != before.argmax(axis=1)).sum()
        ),
        **per_class(after, labels),
    }
    if run.data == "fashion_mnist":
        _, sample = data.load_data_fashion_mnist(500, run.resize, subset=True)
        facts["sample_test_acc"] = training.evaluate_accuracy(shipped, sample)
    return facts


def accuracy_on_canvases(net, num_pictures=NUM_PICTURES):
    """Measure the accuracy on test images that lie on a black canvas.

    Parameters
    ----------
    net : mxnet.gluon.Block
        (N, 1, H, W) -> (N, 10), for any H and W.
    num_pictures : int
        Of the test set, the first ones.

    Returns
    -------
    dict
        ``by_canvas``: [canvas, accuracy] pairs, garments of 28 px in the
        middle. ``by_side``: [side, accuracy] pairs, in the middle of 56 px.
        ``by_place``: [top, left, accuracy] triples, garments of 28 px on
        56 px. ``num_pictures``.
    """
    images, labels = data.fashion_mnist(train=False)
    images = images[:num_pictures, ..., None]
    labels = labels[:num_pictures]

    def accuracy(canvas, side, top=None, left=None):
        middle = (canvas - side) // 2
        top, left = (middle if x is None else x for x in (top, left))
        placed = place(images, canvas, side, top, left)[..., 0]
        batches = Batches(placed, labels, 250)
        return training.evaluate_accuracy(net, batches)

    return {
        "num_pictures": len(images),
        "by_canvas": [[c, accuracy(c, 28)] for c in CANVASES],
        "by_side": [[s, accuracy(CANVAS, s)] for s in SIDES],
        "by_place": [
            [top, left, accuracy(CANVAS, 28, top, left)]
            for top in OFFSETS
            for left in OFFSETS
        ],
    }
