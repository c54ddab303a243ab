"""A worker of a job that lacks guards against MXNet's defects.

The tests start it in place of `nin_utils/distributed/node.py`, as ``python -c
<this text> <guards, with commas> <training options>``.
"""

import importlib.util
import os
import runpy
import sys


def draw_values():
    """Draw the first values by a batch in inference mode (guard 1)."""

    def first_batch(net, size):
        net(mx.nd.zeros((1, 1, size, size)))

    exchange.draw_values = first_batch


def receive_first_values():
    """Leave them to the first step (guard 2)."""
    exchange.receive_first_values = lambda trainer: None


def leave():
    """Leave with gradients that were not sent yet (guard 3)."""

    class Hasty(worker.Worker):
        def _log(self, done):
            """Read no losses: that would wait for them."""

        def report(self):
            """Leave at once, but the one that prints the results."""
            if self.rank == 0:
                super().report()

    exchange.leave = lambda: None
    worker.Worker = Hasty


def main():
    """Let an error end the process as Python does (guard 4)."""
    worker.main = worker._work


def same_seed():
    """Begin with other values in each worker but the first of MXNet's."""
    connect, build = exchange.connect, exchange.build
    stores = []

    def connected(*arguments):
        stores.append(connect(*arguments))
        return stores[0]

    def built(options):
        mx.random.seed(options.seed + stores[0].rank)
        return build(options)

    exchange.connect, exchange.build = connected, built


if __name__ == "__main__":
    home = importlib.util.find_spec("nin_utils").submodule_search_locations[0]
    node = runpy.run_path(os.path.join(home, "distributed", "node.py"))
    link = node["begin"]()  # before MXNet is loaded, which takes a while

    from nin_utils.distributed import exchange, worker

    import mxnet as mx

    guards, *words = sys.argv[1:]
    for guard in guards.split(","):
        globals()[guard]()
    worker.main(words, link)
