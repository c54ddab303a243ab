"""Trained weights that come with the package, checked before they are used."""

import hashlib
import pathlib

FOLDER = pathlib.Path(__file__).parent / "weights"

# Of the whole file, set by scripts/train_full.py; None until there is one.
SHA256 = {
    "nin_mnist":
    "027e41d7d9bfdf8a69b7e4cc0c43cf3d6ff5e65e11423650a545562eb7fc5a4a",
}


def load(net, name):
    """Set the parameters of `net` from ``weights/<name>.params``.

    Parameters
    ----------
    net : mxnet.gluon.Block
        A network of the structure that the weights were saved from.
    name : str
        A key of `SHA256`.

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
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise OSError(
            f"{path} is damaged: its SHA-256 is {found}, "
            f"not {SHA256[name]}: {remedy}"
        )
    net.load_parameters(str(path))
