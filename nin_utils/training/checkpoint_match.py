"""Whether a checkpoint belongs to this network and this optimizer."""

import numpy as np


def check_network(path, params, arrays):
    """Refuse the parameters of another network, naming what differs."""
    there = {
        name[len("param/") :]: (array.shape, np.dtype(array.dtype).name)
        for name, array in arrays.items()
        if name.startswith("param/")
    }
    differences = []
    for name in sorted({*params, *there}):
        if name not in there:
            differences.append(f"{name} is only in the network")
        elif name not in params:
            differences.append(f"{name} is only in the file")
        else:
            shape, dtype = there[name]
            here = params[name].shape or (0,) * len(shape)
            if (
                len(here) != len(shape)
                or any(a not in (b, 0, -1) for a, b in zip(here, shape))
                or np.dtype(params[name].dtype).name != dtype
            ):
                differences.append(
                    f"{name} is {shape} {dtype} in the file, {here} "
                    f"{np.dtype(params[name].dtype).name} in the network"
                )
    if differences:
        more = f" and {len(differences) - 3} more" * (len(differences) > 3)
        raise ValueError(
            f"the checkpoint {path} is that of another network: "
            f"{'; '.join(differences[:3])}{more}. Build the same network, or "
            "give another file name"
        )


def check_optimizer(path, params, arrays, meta, trainer):
    """Refuse the states of another optimizer, naming what differs."""
    optimizer, problem = trainer.optimizer, None
    if type(optimizer).__name__ != meta["optimizer"]:
        problem = f"{meta['optimizer']}, not {type(optimizer).__name__}"
    elif set(meta["update_counts"]) != {
        name
        for name, param in params.items()
        if index_of(trainer, param) is not None and param.grad_req != "null"
    }:
        problem = "of other parameters than this trainer's"
    else:
        for name, state in meta["states"].items():
            fresh = optimizer.create_state_multi_precision(
                index_of(trainer, params[name]), arrays[f"param/{name}"]
            )
            if flatten(fresh, f"state/{name}", {}) != state:
                problem = (
                    f"{meta['optimizer']} with other states (was momentum "
                    "zero in one of them?)"
                )
    if problem:
        raise ValueError(
            f"the checkpoint {path} is that of another optimizer: {problem}. "
            "Build the same Trainer, or give another file name"
        )


def parameters(net):
    """Map structural names ("0.1.weight") to parameters, each one once."""
    names = {}
    for name, param in net._collect_params_with_prefix().items():
        names.setdefault(param, name)
    return {name: param for param, name in names.items()}


def index_of(trainer, param):
    """Return the trainer's number for `param`; None if it has none."""
    return trainer._param2idx.get(param.name)


def flatten(state, key, arrays):
    """Collect the arrays of an optimizer's state, return its structure."""
    if state is None:
        return None
    if isinstance(state, (tuple, list)):
        return [flatten(s, f"{key}/{i}", arrays) for i, s in enumerate(state)]
    arrays[key] = state
    return key
