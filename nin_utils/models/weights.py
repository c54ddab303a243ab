"""Trained weights that come with the package, checked before they are used."""

import hashlib
import json
import pathlib

FOLDER = pathlib.Path(__file__).parents[1] / "weights"


def load(net, name):
    """Set the parameters of `net` from ``weights/<name>.params``.

    Parameters
    ----------
    net : mxnet.gluon.Block
        A network of the structure that the weights were saved from.
    name : str
        A file there, without its ending; ``sha256.json`` knows its sum.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    OSError
        If the file cannot be read, or its SHA-256 is not the expected one.
    """
    path = FOLDER / f"{name}.params"
    remedy = (
        "install nin_utils again, or in a clone run "
        f"'git checkout -- nin_utils/weights/{path.name}'"
    )
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{path} is missing, the trained weights of {name}: {remedy}"
        ) from error
    sums = json.loads((FOLDER / "sha256.json").read_text())
    found = hashlib.sha256(content).hexdigest()
    if found != sums[path.name]:
        raise OSError(
            f"{path} is damaged: its SHA-256 is {found}, "
            f"not {sums[path.name]}: {remedy}"
        )
    # The file holds float16, half the size; the network keeps its own type.
    net.load_parameters(str(path), cast_dtype=True, dtype_source="current")
