"""Train NiN on many processes and machines with MXNet's parameter server.

On the command line, or from Python with `run`::

    python -m nin_utils.distributed --workers 2 -- --net nin_mnist --epochs 1

The modules from the outside inwards: ``launcher`` with its ``options`` and
``hosts``; ``job``, its ``processes``, and who watches over them,
``supervise``; ``node``, the other end of the line; ``worker`` with its
``shares`` of the data, the ``exchange``, and the ``state`` it goes on from.
"""

from .job import Result
from .launcher import run

__all__ = ["Result", "run"]
