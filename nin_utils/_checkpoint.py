"""One file that holds all that training needs to go on: no pickle in it.

The file is MXNet's own (`mxnet.nd.save`): the parameters as ``param/<name>``,
the optimizer's arrays as ``state/<name>``, and ``meta``, a JSON text as bytes:
its structure, counters, the seed and the history.
"""

import contextlib
import json
import os
import pathlib

import mxnet as mx
import numpy as np
from mxnet import nd

# What an optimizer of MXNet changes itself, beside its arrays.
_RUNNING = ("num_update", "m_schedule")


def save(path, net, trainer, **facts):
    """Write a checkpoint to `path`, whole or not at all.

    Parameters
    ----------
    path : str or path-like
        Replaced only when the new file is complete and on the disk.
    net : mxnet.gluon.Block
    trainer : mxnet.gluon.Trainer
        With its states in this process (``update_on_kvstore=False``, or the
        one device that is usual here).
    **facts
        Kept with it, anything that JSON can hold.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is intact.
    """
    path = pathlib.Path(path)
    optimizer, states = trainer.optimizer, trainer._updaters[0].states
    arrays, structure = {}, {}
    for name, param in _parameters(net).items():
        arrays[f"param/{name}"] = param.data()
        index = _index(trainer, param)
        if index in states:
            structure[name] = _flatten(states[index], f"state/{name}", arrays)
    counts = optimizer._index_update_count
    meta = {
        "format": "nin_utils.training 1",
        "mxnet": mx.__version__,
        "optimizer": type(optimizer).__name__,
        "running": {
            key: getattr(optimizer, key)
            for key in _RUNNING
            if hasattr(optimizer, key)
        },
        "update_counts": {
            name: counts[_index(trainer, param)]
            for name, param in _parameters(net).items()
            if _index(trainer, param) in counts
        },
        "states": structure,
        **facts,
    }
    text = json.dumps(meta).encode()
    arrays["meta"] = nd.array(np.frombuffer(text, np.uint8), dtype="uint8")
    _write(path, arrays)


def _write(path, arrays):
    """Save `arrays`, read them back, then give the file its name."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nd.save(str(part), arrays)
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        nd.load(str(part))  # MXNet does not notice a disk full at the end
        os.replace(part, path)
    except (OSError, mx.MXNetError) as error:
        kept = (
            "the previous checkpoint is intact"
            if path.is_file()
            else "there is no checkpoint"
        )
        raise OSError(
            f"cannot write the checkpoint {path}: {_first_line(error)}; "
            f"{kept}. Free some space or make the folder writable, then "
            "call train again with resume=True"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def load(path, net, trainer, ctx):
    """Put `net` and `trainer` into the state that `path` holds.

    Nothing is changed unless everything fits.

    Parameters
    ----------
    path : str or path-like
    net : mxnet.gluon.Block
    trainer : mxnet.gluon.Trainer
    ctx : mxnet.Context

    Returns
    -------
    dict
        The facts given to `save`.

    Raises
    ------
    ValueError
        If it is not a checkpoint, or that of another network or optimizer.
    """
    arrays, meta = _read(path)
    params, optimizer = _parameters(net), trainer.optimizer
    _check_network(path, params, arrays)
    _check_optimizer(path, params, arrays, meta, trainer)
    for name, param in params.items():
        param._load_init(arrays[f"param/{name}"], ctx, cast_dtype=False)
    counts, updater = optimizer._index_update_count, trainer._updaters[0]
    counts.clear()
    updater.states.clear()
    updater.states_synced.clear()
    for name, count in meta["update_counts"].items():
        counts[_index(trainer, params[name])] = count
    for name, state in meta["states"].items():
        index = _index(trainer, params[name])
        updater.states[index] = _unflatten(state, arrays, ctx)
        updater.states_synced[index] = True
    for key, value in meta["running"].items():
        setattr(optimizer, key, value)
    if optimizer.lr_scheduler:
        # Schedulers keep a state of their own: walk the same way again.
        for step in range(optimizer.num_update + 1):
            optimizer.lr_scheduler(step)
    return meta


def _read(path):
    """Return the arrays of a file and its description."""
    try:
        with open(path, "rb"):
            pass
        arrays = nd.load(str(path))
        meta = json.loads(arrays["meta"].asnumpy().tobytes())
        if meta["format"] != "nin_utils.training 1":
            raise ValueError(f"its format is {meta['format']!r}")
    except FileNotFoundError:
        raise
    except (OSError, mx.MXNetError, TypeError, KeyError, ValueError) as error:
        raise ValueError(
            f"{path} is not a checkpoint of nin_utils.training, or a damaged "
            f"one ({_first_line(error)}): remove it, or give another name"
        ) from None
    return arrays, meta


def _check_network(path, params, arrays):
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


def _check_optimizer(path, params, arrays, meta, trainer):
    """Refuse the states of another optimizer, naming what differs."""
    optimizer, problem = trainer.optimizer, None
    if type(optimizer).__name__ != meta["optimizer"]:
        problem = f"{meta['optimizer']}, not {type(optimizer).__name__}"
    elif set(meta["update_counts"]) != {
        name
        for name, param in params.items()
        if _index(trainer, param) is not None and param.grad_req != "null"
    }:
        problem = "of other parameters than this trainer's"
    else:
        for name, state in meta["states"].items():
            fresh = optimizer.create_state_multi_precision(
                _index(trainer, params[name]), arrays[f"param/{name}"]
            )
            if _flatten(fresh, f"state/{name}", {}) != state:
                problem = (
                    f"{meta['optimizer']} with other states (was momentum "
                    "zero in one of them?)"
                )
    if problem:
        raise ValueError(
            f"the checkpoint {path} is that of another optimizer: {problem}. "
            "Build the same Trainer, or give another file name"
        )


def _parameters(net):
    """Map structural names ("0.1.weight") to parameters, each one once."""
    names = {}
    for name, param in net._collect_params_with_prefix().items():
        names.setdefault(param, name)
    return {name: param for param, name in names.items()}


def _index(trainer, param):
    """Return the trainer's number for `param`; None if it has none."""
    return trainer._param2idx.get(param.name)


def _flatten(state, key, arrays):
    """Collect the arrays of an optimizer's state, return its structure."""
    if state is None:
        return None
    if isinstance(state, (tuple, list)):
        return [
            _flatten(s, f"{key}/{i}", arrays) for i, s in enumerate(state)
        ]
    arrays[key] = state
    return key


def _unflatten(structure, arrays, ctx):
    """Undo `_flatten`."""
    if isinstance(structure, list):
        return tuple(_unflatten(s, arrays, ctx) for s in structure)
    return structure and arrays[structure].as_in_context(ctx)


def _first_line(error):
    """Return an error's text without MXNet's stack trace."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
