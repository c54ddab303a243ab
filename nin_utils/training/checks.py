"""What `nin_utils.training` says when something does not fit or learn."""

import math
import os
import types
import warnings

import mxnet as mx
import numpy as np
from mxnet import gluon, nd

from ..checks import check_bool, check_integer

# Batches before a loss near that of guessing is called a plateau.
_PATIENCE = 20


def check_arguments(net, train_iter, test_iter, trainer, num_epochs, ctx):
    """Raise a clear error for arguments of `train` that do not fit.

    Returns
    -------
    mxnet.Context
        The device to train on.
    """
    check_integer("num_epochs", num_epochs)
    for name, data_iter in (("train_iter", train_iter), ("test_iter", test_iter)):
        if not any(hasattr(data_iter, f"__{how}__") for how in ("iter", "getitem")):
            raise TypeError(f"{name} must be an iterable of (X, y), not {data_iter!r}")
        if length(data_iter) == 0:
            raise ValueError(f"{name} is empty: it has no batch")
        if num_epochs > 1 and isinstance(data_iter, types.GeneratorType):
            raise ValueError(
                f"{name} is a generator, which ends after one epoch: give an "
                "iterable that begins anew each time (a list, a DataLoader)"
            )
    ctx = check_network(net, ctx)
    if not isinstance(trainer, gluon.Trainer):
        raise TypeError(
            f"trainer must be a mxnet.gluon.Trainer, not {type(trainer).__name__}"
        )
    here = set(net.collect_params().values())
    strange = [p.name for p in trainer._params if p not in here]
    if strange or not trainer._params:
        what = f"{strange[0]!r}, which net does not have" * bool(strange)
        raise ValueError(
            f"the trainer holds {what or 'no parameter'}: make it anew from "
            "this net, gluon.Trainer(net.collect_params(), ...)"
        )
    added = [p.name for p in trainer._params if p.grad_req == "add"]
    if added:
        raise ValueError(
            f"the gradients of {added[0]!r} are added up (grad_req='add'), and train "
            "makes a step of each batch: set grad_req='write'"
        )
    return ctx


def check_network(net, ctx):
    """Return the device of `net`; an error if it has none or is not `ctx`."""
    if not isinstance(net, gluon.Block):
        raise TypeError(
            f"net must be a mxnet.gluon.Block, not {type(net).__name__}; it "
            "is the first argument"
        )
    if ctx is not None and not isinstance(ctx, mx.Context):
        raise TypeError(
            f"ctx must be one device, as mx.cpu() or mx.gpu(0), not {ctx!r}"
        )
    devices = set()
    for param in net.collect_params().values():
        try:
            devices.update(param.list_ctx())
        except RuntimeError:
            raise ValueError(
                f"net is not initialised ({param.name} has no values): call "
                "net.initialize() first"
            ) from None
    if len(devices) > 1:
        raise ValueError(
            f"net is on {len(devices)} devices, {sorted(map(str, devices))}: "
            "one is supported, net.collect_params().reset_ctx(mx.cpu())"
        )
    if ctx is not None and devices and ctx not in devices:
        raise ValueError(
            f"net is on {devices.pop()}, not on {ctx}: call "
            "net.collect_params().reset_ctx(...) or give ctx=None"
        )
    return ctx or (devices.pop() if devices else mx.cpu())


def check_checkpoint(trainer, seed, checkpoint, resume):
    """Raise a clear error for a seed or a checkpoint that cannot be.

    Returns
    -------
    int or None
        The seed, as JSON can hold it.
    """
    if seed is not None:
        seed = check_integer("seed", seed, smallest=0)
    check_bool("resume", resume)
    if not isinstance(checkpoint, (str, os.PathLike, type(None))):
        raise TypeError(
            f"checkpoint must be a path, not {checkpoint!r} "
            f"({type(checkpoint).__name__})"
        )
    if checkpoint is not None and os.path.isdir(os.path.expanduser(checkpoint)):
        raise ValueError(
            f"checkpoint={str(checkpoint)!r} is a folder: name a file in it"
        )
    if resume and checkpoint is None:
        raise ValueError("resume=True needs checkpoint=, the file's name")
    if checkpoint is not None and _is_updated_there(trainer):
        raise ValueError(
            "a checkpoint needs the optimizer's states in this process: make "
            "the Trainer with update_on_kvstore=False"
        )
    return seed


def _is_updated_there(trainer):
    """Return whether a KVStore keeps the optimizer's states."""
    store, there = (
        trainer._kvstore_params[key] for key in ("kvstore", "update_on_kvstore")
    )
    if there is not None:
        return there
    if store is None or isinstance(store, str):  # MXNet's defaults
        return "dist" in (store or "")
    return store.is_capable("optimizer")


def length(data_iter):
    """Return the number of batches, None if the iterable does not tell."""
    try:
        return len(data_iter)
    except TypeError:
        return None


def check_finite(loss_sum, epoch, batch, lr):
    """Stop a training whose loss is no number any more."""
    if not math.isfinite(loss_sum):
        raise FloatingPointError(
            f"the loss is {loss_sum} in epoch {epoch}, batch {batch}, " + _remedy(lr)
        )


def check_weights(net, epoch, lr):
    """Stop a training whose weights are no numbers any more.

    The loss need not show it: MXNet's ReLU turns NaN into 0.
    """
    for param in net.collect_params().values():
        if np.dtype(param.dtype).kind != "f":  # an integer constant is finite
            continue
        if not nd.multi_all_finite(param.data(), num_arrays=1).asscalar():
            raise FloatingPointError(
                f"{param.name} is not finite after epoch {epoch}, " + _remedy(lr)
            )


def _remedy(lr):
    return (
        f"at learning rate {lr:g}: the weights are lost. Initialise them "
        f"anew and lower the learning rate (to {lr / 10:g}, say), or resume "
        "from a checkpoint; if it happens at any rate, look for NaN and "
        "infinite numbers in the data"
    )


def warn_if_stuck(losses, sizes, y_hat):
    """Tell the two diseases with a loss of ln(num_classes) apart.

    Parameters
    ----------
    losses, sizes : list of float, list of int
        Summed loss and number of examples of each batch of the epoch.
    y_hat : mxnet.nd.NDArray
        Logits of the last batch, (n, num_classes).
    """
    num_classes = y_hat.shape[1]
    chance, tail = math.log(num_classes), -(-len(losses) // 10)
    mean = sum(losses[-tail:]) / sum(sizes[-tail:])
    if num_classes < 2 or abs(mean - chance) > 0.02:
        return
    logits = y_hat.asnumpy()
    # The last batch may be a single image: the one before it must agree.
    recent = list(zip(losses, sizes))[-max(tail, 2) :]
    exact = all(abs(loss / size - chance) < 1e-4 for loss, size in recent)
    if exact and not logits.any():
        message = (
            f"the loss is exactly ln {num_classes} = {chance:.4f}: all logits "
            "are dead. Every one is 0 for every image, so no gradient "
            "passes the last ReLU, and this network will never recover. "
            "Initialise it anew, with batch normalisation before each ReLU "
            "(the surest cure) or with init.MSRAPrelu() and a smaller "
            "learning rate. A tenth of the rate for the last layer "
            "(setattr('lr_mult', 0.1) on its collect_params()), or no ReLU "
            "after it, keeps logits alive but need not make them learn"
        )
    elif len(losses) < _PATIENCE:
        return
    elif len(logits) > 1 and (logits == logits[0]).all():
        message = (
            f"the loss is still {mean:.4f}, near ln {num_classes} = "
            f"{chance:.4f}, and every image has the same logits: no image "
            "reaches the last layer. A layer before it is dead, all its "
            "outputs are 0 (this does not end), or the values are lost in "
            "rounding. Initialise the network anew, with init.MSRAPrelu() or "
            "batch normalisation, or a smaller learning rate"
        )
    else:
        message = (
            f"the loss is still {mean:.4f}, near ln {num_classes} = "
            f"{chance:.4f}, that of guessing: a plateau. The logits are "
            "alive, so it can end: train longer, or begin with batch "
            "normalisation, init.MSRAPrelu(), momentum 0.9 or another "
            "learning rate"
        )
    warnings.warn(message, RuntimeWarning, stacklevel=4)
