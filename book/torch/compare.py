"""Do in PyTorch what Gluon has done, and print the largest differences.

    python compare.py FOLDER

FOLDER holds a file for each network: its weights, images and labels, and what
Gluon made of them.
"""

import json
import pathlib
import sys

import nin_torch
import numpy as np
import torch


def compare(name, folder):
    """Return how far logits and trained weights are from Gluon's."""
    net = getattr(nin_torch, name)()
    nin_torch.load_arrays(net, folder / f"{name}-before.npz")
    with np.load(folder / f"{name}.npz", allow_pickle=False) as given:
        X, y = torch.from_numpy(given["X"]), torch.from_numpy(given["y"]).long()
        with torch.no_grad():
            logits = np.abs(net.eval()(X).numpy() - given["logits"]).max()
        options = json.loads(str(given["options"]))
    for layer in net.modules():  # chance would differ
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0
    optimizer = torch.optim.SGD(net.parameters(), **options)
    for _ in range(2):
        nin_torch.train_epoch(net, [(X, y)], optimizer)
    with np.load(folder / f"{name}-after.npz", allow_pickle=False) as after:
        pairs = zip(net.parameters(), after.files, strict=True)
        weights = max(
            float(np.abs(p.detach().numpy() - after[key]).max()) for p, key in pairs
        )
    return {"logits": float(logits), "weights": weights}


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    found = {name: compare(name, folder) for name in ("nin", "nin_mnist")}
    print(json.dumps({"torch": torch.__version__, **found}))
