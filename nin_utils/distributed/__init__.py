"""Train NiN on many processes and machines with MXNet's parameter server.

    python -m nin_utils.distributed --workers 2 -- --net nin_mnist --epochs 1

or, the same from Python, `run`. The modules from the outside inwards:
`launcher` and its `options` and `hosts`; `job`, its `processes` and who
watches over them, `supervise`; `node`, the other end of the line; `worker`,
its `shares` of the data, the `exchange` and the `state` it can go on from.
"""

from .launcher import run

__all__ = ["run"]
