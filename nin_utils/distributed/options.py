"""The training options of a job: what stands after the ``--``."""

import argparse
import shlex

from ..checks import check_number, check_share

#: The smallest images of each network, in pixels.
SMALLEST = {"nin_mnist": 6, "nin": 67, "lenet": 16, "alexnet": 67, "vgg": 32}
_FAILURES = ("KILL", "STOP", "RAISE", "SLEEP")
_NUMBERS = (  # name, default, smallest value, meaning
    ("epochs", 1, 1, "passes over the images"),
    ("steps", None, 1, "end after so many steps instead"),
    ("batch-size", 64, 1, "images of a step in ALL workers together"),
    ("warmup", 0, 0, "steps in which the learning rate rises to --lr"),
    ("size", None, 1, "resize the images to so many pixels"),
    ("examples", None, 1, "train on so many images, the first ones"),
    ("test-examples", 1000, 0, "worker 0 tests on so many at the end"),
    ("seed", 0, 0, "of first values, order and dropout"),
    ("parts", 1, 1, "sum the gradients of so many parts of a share"),
    ("every", None, 1, "steps from checkpoint to checkpoint; an epoch"),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise ValueError(f"training options: {message}")


def _whole(smallest):
    """Return what reads a whole number from `smallest` on."""

    def read(text):
        if not text.isdigit() or int(text) < smallest:
            raise argparse.ArgumentTypeError(
                f"{text} is not a whole number from {smallest} on"
            )
        return int(text)

    return read


def _failure(text):
    """Read ``KILL@3``: what happens to the last worker after which step."""
    how, _, step = text.partition("@")
    if how not in _FAILURES or not step.isdigit():
        raise argparse.ArgumentTypeError(
            f"{text} is not {', '.join(_FAILURES)} with a step, as KILL@3"
        )
    return how, int(step)


def parser():
    """Return the parser of the training options."""
    new = _Parser(
        prog="... --",
        description="Training options, the same for every worker.",
        allow_abbrev=False,
        add_help=False,
    )
    add = new.add_argument
    add("--net", default="nin_mnist", choices=SMALLEST)
    for name, default, smallest, text in _NUMBERS:
        kind = _whole(smallest)
        if default is not None:
            text += f" ({default})"
        add(f"--{name}", type=kind, default=default, metavar="N", help=text)
    add("--lr", type=float, default=0.05, help="learning rate (0.05)")
    add("--momentum", type=float, default=0.9, help="of sgd and nag (0.9)")
    add("--wd", type=float, default=0.0, help="weight decay (0)")
    add("--optimizer", default="sgd", choices=("sgd", "nag", "adam"))
    add("--dropout", type=float, help="share of silenced activations")
    text = "batch normalisation over each worker's own share of the batch"
    add("--batch-norm", action="store_true", help=text)
    text = "use the sample of 6,000 images that comes with nin_utils"
    add("--subset", action="store_true", help=text)
    add("--kvstore", default="dist_sync", choices=("dist_sync", "dist_async"))
    text = "folder of the checkpoint, on a disk that all hosts share"
    add("--checkpoint", metavar="DIR", help=text)
    add("--resume", action="store_true", help="go on from the checkpoint")
    text = f"make the last worker fail so after a step: {', '.join(_FAILURES)}"
    add("--fail", type=_failure, metavar="KILL@3", help=text)
    return new


def as_list(options):
    """Return the options as a list of words.

    Parameters
    ----------
    options : str, sequence or dict
        A command line, its words, or ``{"batch_size": 64, "resume": True}``.

    Returns
    -------
    list of str
    """
    if isinstance(options, str):
        return shlex.split(options)
    if not isinstance(options, dict):
        return [str(word) for word in options]
    words = []
    for name, value in options.items():
        if value is None or value is False:
            continue
        words.append("--" + name.replace("_", "-"))
        if value is not True:
            words.append(str(value))
    return words


def parse(options, workers=1):
    """Read the training options and check them against each other.

    Parameters
    ----------
    options : str, sequence or dict
        As in `as_list`.
    workers : int
        Workers of the job.

    Returns
    -------
    argparse.Namespace

    Raises
    ------
    ValueError
        If an option is unknown or does not fit; names value and remedy.
    """
    chosen = parser().parse_args(as_list(options))
    parts = workers * chosen.parts
    if chosen.batch_size % parts:
        near = max(1, round(chosen.batch_size / parts)) * parts
        _refuse(
            "batch_size",
            chosen.batch_size,
            f"is divided among {workers} workers x {chosen.parts} parts: "
            f"give a multiple of {parts}, such as {near}",
        )
    if chosen.examples and chosen.examples < chosen.batch_size:
        _refuse(
            "examples",
            chosen.examples,
            f"are fewer than one batch of {chosen.batch_size}",
        )
    size, smallest = chosen.size or 28, SMALLEST[chosen.net]
    if size < smallest:
        _refuse("net", chosen.net, f"needs --size {smallest} or more, not {size}")
    if chosen.net == "lenet" and (chosen.batch_norm or chosen.dropout is not None):
        _refuse("net", "lenet", "has neither --batch-norm nor --dropout")
    _check_numbers(chosen)
    if chosen.resume and not chosen.checkpoint:
        _refuse("resume", "", "needs --checkpoint DIR")
    on_servers = chosen.kvstore == "dist_async"
    if on_servers and (chosen.checkpoint or chosen.warmup):
        _refuse(
            "kvstore",
            "dist_async",
            "has the optimizer on the servers: no --checkpoint or --warmup "
            "with it; use dist_sync",
        )
    return chosen


def _check_numbers(chosen):
    try:
        check_number("--lr", chosen.lr, 0, above=True)
        check_number("--momentum", chosen.momentum, 0, 1)
        check_number("--wd", chosen.wd, 0)
        if chosen.dropout is not None:
            check_share("--dropout", chosen.dropout)
    except ValueError as error:
        raise ValueError(f"training options: {error}") from None


def _refuse(name, value, why):
    option = f"--{name.replace('_', '-')} {value}".strip()
    raise ValueError(f"training options: {option} {why}")
