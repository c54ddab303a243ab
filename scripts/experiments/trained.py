"""Measure a trained network, and save it for the package."""

import hashlib
import json
import os

from nin_utils import data, equivalence, models, training

import numpy as np

from booktools.files import ROOT, write_text


def predict(net, data_iter):
    """Return the logits (N, num_classes) and labels (N,) of a data set."""
    parts = [(net(X).asnumpy(), y.asnumpy()) for X, y in data_iter]
    return tuple(np.concatenate(part) for part in zip(*parts))


def per_class(logits, labels):
    """Return the recall of each class and the logits that are always 0."""
    right = logits.argmax(axis=1) == labels
    return {
        "recall": [
            float(right[labels == c].mean()) for c in range(logits.shape[1])
        ],
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
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(path.name + ".part")
    net.cast("float16")
    net.save_parameters(str(part))
    sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
    os.replace(part, path)
    sums = json.loads((path.parent / "sha256.json").read_text())
    sums[path.name] = sha256
    write_text(path.parent / "sha256.json", json.dumps(sums, indent=1) + "\n")
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
    which = "canvas" if run.canvases else True
    shipped = getattr(models, run.network)(pretrained=which)
    after, _ = predict(shipped, test_iter)
    _, sample_iter = data.load_data_fashion_mnist(500, run.resize, subset=True)
    return {
        "file": path.relative_to(ROOT).as_posix(),
        "sha256": sha256,
        "parameters": count_parameters(shipped),
        "test_acc": training.evaluate_accuracy(shipped, test_iter),
        "sample_test_acc": training.evaluate_accuracy(shipped, sample_iter),
        "largest_logit_change": float(abs(after - before).max()),
        "predictions_changed": int(
            (after.argmax(axis=1) != before.argmax(axis=1)).sum()
        ),
        **per_class(after, labels),
    }
