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

from ._checkpoint_match import (
    check_network,
    check_optimizer,
    flatten,
    index_of,
    parameters,
)

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
    for name, param in parameters(net).items():
        arrays[f"param/{name}"] = param.data()
        index = index_of(trainer, param)
        if index in states:
            structure[name] = flatten(states[index], f"state/{name}", arrays)
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
            name: counts[index_of(trainer, param)]
            for name, param in parameters(net).items()
            if index_of(trainer, param) in counts
        },
        "states": structure,
        **facts,
    }
    text = json.dumps(meta).encode()
    arrays["meta"] = nd.array(np.frombuffer(text, np.uint8), dtype="uint8")
    _write(path, arrays)


def _write(path, arrays):
    """Save `arrays`, read them back, then give the file its name."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nd.save(str(part), arrays)
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        _check_whole(part)
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


def _check_whole(part):
    """Read the file again: MXNet does not notice when the disk is full."""
    try:
        nd.load(str(part))
    except mx.MXNetError:
        raise OSError("it came out incomplete, is the disk full?") from None


def load(path, net, trainer, ctx, seed=None):
    """Put `net` and `trainer` into the state that `path` holds.

    Nothing is changed unless everything fits.

    Parameters
    ----------
    path : str or path-like
    net : mxnet.gluon.Block
    trainer : mxnet.gluon.Trainer
    ctx : mxnet.Context
    seed : int, optional
        Must be that of the file, if it is given.

    Returns
    -------
    dict
        The facts given to `save`.

    Raises
    ------
    ValueError
        If it is not a checkpoint, or that of another network, optimizer or
        seed.
    """
    arrays, meta = _read(path)
    params, optimizer = parameters(net), trainer.optimizer
    check_network(path, params, arrays)
    check_optimizer(path, params, arrays, meta, trainer)
    if seed not in (None, meta["seed"]):
        raise ValueError(
            f"{path} was begun with seed={meta['seed']}, not {seed}: give "
            "that one or none"
        )
    for name, param in params.items():
        param._load_init(arrays[f"param/{name}"], ctx, cast_dtype=False)
    optimizer._set_current_context(ctx.device_id)
    counts, updater = optimizer._index_update_count, trainer._updaters[0]
    counts.clear()
    updater.states.clear()
    updater.states_synced.clear()
    for name, count in meta["update_counts"].items():
        counts[index_of(trainer, params[name])] = count
    for name, state in meta["states"].items():
        index = index_of(trainer, params[name])
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


def _unflatten(structure, arrays, ctx):
    """Undo `flatten`."""
    if isinstance(structure, list):
        return tuple(_unflatten(s, arrays, ctx) for s in structure)
    return structure and arrays[structure].as_in_context(ctx)


def _first_line(error):
    """Return an error's text without MXNet's stack trace."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
