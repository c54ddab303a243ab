"""Train NiN on many processes and machines with MXNet's parameter server.

On the command line, or from Python with `run`::

    python -m nin_utils.distributed --workers 2 -- --net nin_mnist --epochs 1

Two workers give, bit for bit, what one process gives that sums the gradients
of the same two halves (``--parts 2``), and so does a training that was
resumed. Of three or more workers the servers add the gradients in the order
in which they come, so that the last bits differ from run to run; all workers
of one run still end with the same parameters.

The modules from the outside inwards: ``launcher`` with its ``options``,
``hosts`` and ``processes``, and who watches over them, ``supervise``;
``node``, the other end of the line; ``worker`` with its ``shares`` of the
data, the ``exchange``, and the ``state`` it goes on from. ``cost``, a model
of the time of a step, stands alone.
"""

from .launcher import Result, run

__all__ = ["Result", "run"]
