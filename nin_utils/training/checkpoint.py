"""One file that holds all that training needs to go on: no pickle in it.

The file is MXNet's own (`mxnet.nd.save`): the parameters as ``param/<name>``,
the optimizer's arrays as ``state/<name>``, and ``meta``, a JSON text as bytes:
its structure, counters, the seed and the history. `_checkpoint_file` seals it.
"""

import json

import mxnet as mx
import numpy as np
from mxnet import nd

from . import checkpoint_file
from .checkpoint_match import (
    check_network,
    check_optimizer,
    flatten,
    index_of,
    parameters,
)

# What an optimizer of MXNet changes itself, beside its arrays.
_RUNNING = ("num_update", "m_schedule")
# Files of format 1 are the same, without a seal.
_FORMAT = "nin_utils.training 2"
_FORMATS = ("nin_utils.training 1", _FORMAT)


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
    optimizer, states = trainer.optimizer, trainer._updaters[0].states
    arrays, structure = {}, {}
    for name, param in parameters(net).items():
        arrays[f"param/{name}"] = param.data()
        index = index_of(trainer, param)
        if index in states:
            structure[name] = flatten(states[index], f"state/{name}", arrays)
    counts = optimizer._index_update_count
    meta = {
        "format": _FORMAT,
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
    checkpoint_file.write(path, arrays)


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
        arrays, sealed = checkpoint_file.read(path)
        meta = json.loads(arrays["meta"].asnumpy().tobytes())
        written = str(meta["format"])
        if not written.startswith("nin_utils.training "):
            raise ValueError(f"its format is {written!r}")
        if written == _FORMAT and not sealed:
            raise ValueError("its end is missing")
    except FileNotFoundError:
        raise
    except (OSError, mx.MXNetError, TypeError, KeyError, ValueError) as error:
        raise ValueError(
            f"{path} is not a checkpoint of nin_utils.training, or a damaged "
            f"one ({checkpoint_file.first_line(error)}): remove it, or give "
            "another name"
        ) from None
    if (written, meta.get("mxnet")) not in {
        (known, mx.__version__) for known in _FORMATS
    }:
        raise ValueError(
            f"the checkpoint {path} is that of another version: it is of "
            f"format {written!r}, written with MXNet {meta.get('mxnet')}; "
            f"this is {_FORMAT!r} and MXNet {mx.__version__}. Resume it with "
            "the version that wrote it, or give another file name"
        )
    return arrays, meta


def _unflatten(structure, arrays, ctx):
    """Undo `flatten`."""
    if isinstance(structure, list):
        return tuple(_unflatten(s, arrays, ctx) for s in structure)
    return structure and arrays[structure].as_in_context(ctx)
