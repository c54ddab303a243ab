"""One file that holds all that training needs to go on: no pickle in it.

The file is a NumPy archive (``.npz``, a zip with a checksum of each array):
the parameters as ``param/<name>``, the optimizer's arrays as
``state/<name>``, and ``meta``, a JSON text as bytes: its structure, counters,
the seed and the history.
"""

import io
import json
import pathlib
import re
import zipfile

import mxnet as mx
import numpy as np
from mxnet import cpu, lr_scheduler, nd

from ..files import replaced

# Schedules that lower their rate for good.
_FORGETFUL = (lr_scheduler.FactorScheduler, lr_scheduler.MultiFactorScheduler)
# What an optimizer of MXNet changes itself, beside its arrays.
_RUNNING = ("num_update", "m_schedule")
_FORMAT = "nin_utils.training 3"
# Formats 1 and 2 were files of mxnet.nd.save, which begin like this.
_MXNET = b"\x12\x01\0\0\0\0\0\0"
_OLD = rb'{"format": "(nin_utils\.training [12])", "mxnet": "([^"]*)"'


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
    counts = optimizer._index_update_count
    arrays, structure, update_counts = {}, {}, {}
    for name, param in parameters(net).items():
        arrays[f"param/{name}"] = param.data()
        index = _index_of(trainer, param)
        if index in states:
            structure[name] = _flatten(states[index], f"state/{name}", arrays)
        if index in counts:
            update_counts[name] = counts[index]
    meta = {
        "format": _FORMAT,
        "mxnet": mx.__version__,
        "optimizer": type(optimizer).__name__,
        "running": {
            key: getattr(optimizer, key) for key in _RUNNING if hasattr(optimizer, key)
        },
        "update_counts": update_counts,
        "states": structure,
        "arrays": sorted(arrays),
        **facts,
    }
    text = json.dumps(meta).encode()
    arrays["meta"] = nd.array(np.frombuffer(text, np.uint8), dtype="uint8")
    try:
        _write(path, arrays)
    except OSError as error:
        if pathlib.Path(path).is_file():
            kept = "the previous checkpoint is intact"
            again = "call train again with resume=True"
        else:
            kept = "there is no checkpoint"
            again = (
                "begin anew (in Python: initialise the network and make the Trainer "
                "again)"
            )
        raise OSError(
            f"cannot write the checkpoint {path}: {error}; {kept}. Free some "
            f"space or make the folder writable, then {again}"
        ) from error


def _write(path, arrays):
    # As np.savez, which complains on stderr when the disk is full.
    with replaced(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array.asnumpy(), allow_pickle=False)


def load(path, net, trainer, ctx, seed=None, facts=(), check=None):
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
    facts : sequence of str
        Names of facts that it must hold.
    check : callable, optional
        Takes the facts, and raises an error if they do not fit.

    Returns
    -------
    dict
        The facts given to `save`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If it cannot be read.
    ValueError
        If it is not a checkpoint, or a damaged one, or that of another
        version, network, optimizer or seed, or if the schedule of `trainer`
        has gone on for good.
    """
    arrays, meta = _read(path)
    params, optimizer = parameters(net), trainer.optimizer
    _check_network(path, params, arrays)
    _check_optimizer(path, params, arrays, meta, trainer)
    if seed not in (None, meta["seed"]):
        raise ValueError(
            f"{path} was begun with seed={meta['seed']}, not {seed}: give "
            "that one or none"
        )
    missing = [name for name in facts if name not in meta]
    if missing:
        raise ValueError(
            f"the checkpoint {path} is that of another kind of training, on one "
            f"or on many machines: it holds no {', '.join(missing)}. Give "
            "another file name"
        )
    done, schedule = meta["running"]["num_update"], optimizer.lr_scheduler
    if isinstance(schedule, _FORGETFUL) and schedule.count and schedule.count >= done:
        raise ValueError(
            f"the trainer's {type(schedule).__name__} has lowered its rate after "
            f"{schedule.count} steps, and {path} holds {done}: it does not go back. "
            "Make the schedule and the Trainer anew, then resume"
        )
    if check is not None:
        check(meta)
    for name, param in params.items():
        param._load_init(arrays[f"param/{name}"], ctx, cast_dtype=False)
    optimizer._set_current_context(ctx.device_id)
    counts, updater = optimizer._index_update_count, trainer._updaters[0]
    counts.clear()
    updater.states.clear()
    updater.states_synced.clear()
    for name, count in meta["update_counts"].items():
        counts[_index_of(trainer, params[name])] = count
    for name, state in meta["states"].items():
        index = _index_of(trainer, params[name])
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
    """Return the arrays of a file, verified, and its description."""
    try:
        file = io.BytesIO(pathlib.Path(path).read_bytes())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise OSError(
            f"the checkpoint {path} cannot be read ({error.strerror}): make it a "
            "file that you may read, or give another name"
        ) from error
    try:
        arrays, meta = _old(file) or _arrays(file)
        written = str(meta["format"])
        if not written.startswith("nin_utils.training "):
            raise ValueError(f"its format is {written!r}")
    except (
        *(OSError, EOFError, LookupError, RuntimeError, TypeError),
        *(ValueError, zipfile.BadZipFile),
    ) as error:
        raise ValueError(
            f"{path} is not a checkpoint of nin_utils.training, or a damaged "
            f"one ({error or type(error).__name__}): remove it, or give "
            "another name"
        ) from None
    if (written, meta.get("mxnet")) != (_FORMAT, mx.__version__):
        raise ValueError(
            f"the checkpoint {path} is that of another version: it is of "
            f"format {written!r}, written with MXNet {meta.get('mxnet')}; "
            f"this is {_FORMAT!r} and MXNet {mx.__version__}. Resume it with "
            "the version that wrote it, or give another file name"
        )
    return arrays, meta


def _old(file):
    """Return no arrays and what an old file says of itself, if it is one."""
    begin = file.read(len(_MXNET))
    found = begin == _MXNET and re.search(_OLD, file.read())
    if not found:
        return None
    written, mxnet = (text.decode() for text in found.groups())
    return {}, {"format": written, "mxnet": mxnet}


def _arrays(file):
    """Return the arrays of an archive and its description."""
    with zipfile.ZipFile(file) as archive:
        if any(member.compress_type for member in archive.infolist()):
            raise ValueError("it is compressed")
        damaged = archive.testzip()
    if damaged:
        raise ValueError(f"{damaged} does not fit its checksum")
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        meta = json.loads(stored["meta"].tobytes())
        arrays = {
            name: nd.array(array, cpu(), array.dtype)
            for name, array in stored.items()
            if name != "meta"
        }
    if sorted(arrays) != meta["arrays"]:
        raise ValueError("it does not hold the arrays that it should")
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
        if _index_of(trainer, param) is not None and param.grad_req != "null"
    }:
        problem = "of other parameters than this trainer's"
    else:
        for name, state in meta["states"].items():
            fresh = optimizer.create_state_multi_precision(
                _index_of(trainer, params[name]), arrays[f"param/{name}"]
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


def parameters(net):
    """Map structural names ("0.1.weight") to parameters, each one once."""
    names = {}
    for name, param in net._collect_params_with_prefix().items():
        names.setdefault(param, name)
    return {name: param for param, name in names.items()}


def _index_of(trainer, param):
    """Return the trainer's number for `param`; None if it has none."""
    return trainer._param2idx.get(param.name)


def _flatten(state, key, arrays):
    """Collect the arrays of an optimizer's state, return its structure."""
    if state is None:
        return None
    if isinstance(state, (tuple, list)):
        return [_flatten(s, f"{key}/{i}", arrays) for i, s in enumerate(state)]
    arrays[key] = state
    return key


def _unflatten(structure, arrays, ctx):
    """Undo `_flatten`."""
    if isinstance(structure, list):
        return tuple(_unflatten(s, arrays, ctx) for s in structure)
    return structure and arrays[structure].as_in_context(ctx)
