"""The checkpoint of a job: one file, written by worker 0, read by all.

It holds the parameters, the momentum and the counters of the optimizer and
takes its name only when it is complete, see `nin_utils.training.checkpoint`.
"""

import hashlib
import pathlib

from mxnet import cpu

from ..training import checkpoint

NAME = "checkpoint.params"
# What must be as it was. Rates, decay and the number of workers may change:
# who keeps them ends with the parameters of a job that was never stopped.
_SAME = ("net", "batch_size", "size", "examples", "subset", "dropout", "batch_norm")


def path_of(options):
    """Return where the checkpoint is; None without ``--checkpoint``."""
    if options.checkpoint is None:
        return None
    return pathlib.Path(options.checkpoint).expanduser() / NAME


def checksum(options):
    """Return the SHA-256 of the checkpoint that this worker would read.

    Returns
    -------
    dict
        Empty without ``--resume``; "none" if there is no such file.
    """
    if not options.resume:
        return {}
    try:
        content = path_of(options).read_bytes()
    except FileNotFoundError:
        return {"checkpoint": "none"}
    return {"checkpoint": hashlib.sha256(content).hexdigest()}


def save(options, net, trainer, step):
    """Write the checkpoint after `step` steps."""
    checkpoint.save(
        path_of(options),
        net,
        trainer,
        seed=options.seed,
        step=step,
        options={name: getattr(options, name) for name in _SAME},
    )


def restore(options, net, trainer, total):
    """Read the checkpoint of a job of `total` steps, if it goes on from one.

    Returns
    -------
    int
        The steps that are done.

    Raises
    ------
    ValueError
        If it is that of another training; says what differs.
    """
    path = path_of(options)
    if not options.resume or not path.exists():
        return 0

    def check(facts):
        for name, before in {**facts["options"], "seed": facts["seed"]}.items():
            now = getattr(options, name)
            if now != before:
                option = f"--{name.replace('_', '-')}"
                raise ValueError(
                    f"{path} was begun with {option} {before}, not {now}: give "
                    "that again, or another --checkpoint"
                )
        if facts["step"] > total:
            raise ValueError(
                f"{path} has {facts['step']} steps behind it, more than the {total} "
                "of this job: give more --steps or --epochs, or another --checkpoint"
            )

    needed = ["step", "options", "seed"]
    facts = checkpoint.load(path, net, trainer, cpu(), None, needed, check)
    return facts["step"]
