"""The command line: ``python -m nin_utils.distributed``."""

import argparse
import signal
import sys

from . import options
from .launcher import SILENCE, TIMEOUT, run


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m nin_utils.distributed",
        description="Train NiN on several processes or hosts with MXNet's "
        "parameter server. Exit status: 0, or 1 if a process failed (all "
        "are ended then), 2 if the job could not be started, 130 if it was "
        "interrupted.",
        epilog=options.parser().format_help().replace("usage: ", "", 1),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s [options] -- <training options>",
    )
    add = parser.add_argument
    add("--workers", type=int, default=2, metavar="N")
    add("--servers", type=int, default=1, metavar="M")
    add(
        "--hosts",
        metavar="FILE",
        help="a line for each host, which ssh reaches without a password: "
        "[user@]name [slots=2] [python=/path] [folder=/path]",
    )
    add(
        "--timeout",
        type=float,
        default=TIMEOUT,
        metavar="S",
        help="seconds without a step that end the job (%(default)g)",
    )
    add(
        "--silence",
        type=float,
        default=SILENCE,
        metavar="S",
        help="seconds without a sign of life that end the job (%(default)g)",
    )
    add("--threads", type=int, metavar="T", help="of each worker")
    add("--port", type=int, help="of the scheduler; any free one")
    add("--address", metavar="A", help="of this machine, as the other hosts see it")
    return parser


def main(arguments=None):
    """Run the job that the command line describes; return the status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    cut = words.index("--") if "--" in words else len(words)
    chosen = vars(_parser().parse_args(words[:cut]))
    for number in signal.SIGTERM, signal.SIGHUP:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(number, _leave)
    try:
        result = run(words[cut + 1 :], **chosen)
    except ValueError as error:
        print(f"nin_utils.distributed: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nin_utils.distributed: interrupted", file=sys.stderr)
        return 130
    return result.exit_code


def _leave(number, frame):
    """End as after Ctrl-C, so that all processes are ended."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
