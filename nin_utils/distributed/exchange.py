"""The exchange between workers, with guards against MXNet's defects.

With ``update_on_kvstore=False`` the servers only add gradients, and each
worker does the same update: checkpoints, learning rates and smaller batches
then work as in one process. MXNet 1.9.1 needs four precautions for it, each
named where it is taken. ``dist_async`` is the exception: there the servers
do the update, from each worker's gradient as it comes in.
"""

import hashlib

from mxnet import gluon, init, kv, nd

from .. import models
from ..training.checkpoint import parameters


def connect(kind, servers):
    """Return the key-value store; None where there is no server.

    Returns when all processes of the job have found each other.
    """
    return kv.create(kind) if servers else None


def build(options):
    """Return the network, with all shapes known and its values drawn."""
    arguments = {"batch_norm": True} if options.batch_norm else {}
    if options.dropout is not None:
        arguments["dropout"] = options.dropout
    net = getattr(models, options.net)(**arguments)
    net.initialize(init.MSRAPrelu(slope=0))
    net.hybridize(static_alloc=True, static_shape=True)
    draw_values(net, options.size or 28)
    if options.parts > 1:
        trainable(net).setattr("grad_req", "add")
    return net


def draw_values(net, size):
    """Draw the first values of `net` for images of so many pixels.

    Guard 1 of 4: the values must be complete before the key-value store
    sees them. Reading them right after a first batch in inference mode
    can tear them, and can end the server; here no batch is run at all.
    """
    net.infer_shape(nd.zeros((1, 1, size, size)))
    for param in net.collect_params().values():
        param._finish_deferred_init()


def trainable(net):
    """Return the parameters that have a gradient."""
    params = gluon.ParameterDict()
    params.update(
        {k: p for k, p in net.collect_params().items() if p.grad_req != "null"}
    )
    return params


def make_trainer(net, options, store, share):
    """Return the trainer of one worker, not yet connected to the servers.

    Parameters
    ----------
    net : mxnet.gluon.Block
    options : argparse.Namespace
    store : mxnet.kvstore.KVStore or None
    share : int
        Images of this worker in each batch.
    """
    settings = {"learning_rate": options.lr, "wd": options.wd}
    if options.optimizer != "adam":
        settings["momentum"] = options.momentum
    asynchronous = store is not None and options.kvstore == "dist_async"
    trainer = gluon.Trainer(
        net.collect_params(),
        options.optimizer,
        settings,
        kvstore=store,
        update_on_kvstore=None if store is None else asynchronous,
    )
    if asynchronous:  # the optimizer goes to the servers as it is now
        trainer.optimizer.rescale_grad = 1 / share
    return trainer


def receive_first_values(trainer):
    """Give every worker the first values of one of them, and wait for them.

    Guard 2 of 4: left alone, MXNet pulls them in the first ``step``, after
    the first gradients are computed, and pushes these without waiting: what
    comes back may be a sum of gradients.
    """
    trainer._init_kvstore()
    trainer._init_params()
    nd.waitall()


def leave():
    """Wait until everything was sent; call it last in every worker.

    Guard 3 of 4: at the end of a process MXNet drops what it has not sent
    yet, and all others wait for it for ever.
    """
    nd.waitall()


def digest(net):
    """Return the SHA-256 of the trained parameters, in hexadecimal.

    Parameters
    ----------
    net : mxnet.gluon.Block
        Moving averages of batch normalisations, which each worker has of
        its own, are left out.
    """
    sha = hashlib.sha256()
    for param in parameters(net).values():
        if param.grad_req != "null":
            sha.update(param.data().asnumpy().tobytes())
    return sha.hexdigest()
