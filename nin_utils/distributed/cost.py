"""How long a step takes on many machines: a model, in plain arithmetic.

A worker computes its gradients, then all exchange them. Bytes by bandwidth
gives the time of the exchange, for the two usual ways: a parameter server (Li
et al., "Scaling distributed machine learning with the parameter server", OSDI
2014), which is MXNet's, and a ring (Patarasuk and Yuan, "Bandwidth optimal
all-reduce algorithms for clusters of workstations", J. Parallel Distrib.
Comput. 69, 2009), which is Horovod's.

What the model leaves out: processors that cannot fill the cable, other
traffic, workers that wait for the slowest one, an exchange that begins before
the computation ends. It needs nothing but Python.
"""

from ..checks import check_bool, check_integer, check_number

__all__ = [
    "FRAMING",
    "efficiency",
    "ring_seconds",
    "saturation",
    "server_seconds",
    "step_seconds",
]

#: Bits that Linux's ``tbf`` counts for each bit of payload in full TCP segments:
#: 1,514 bytes carry 1,448. (On a real Ethernet cable it is 1,538.)
FRAMING = 1514 / 1448


def server_seconds(
    num_bytes, workers, bandwidth, servers=1, largest=0.0, latency=0.0, beside=False
):
    """Return the time of one exchange through a parameter server.

    Every worker sends its gradients and receives their sums. Each server
    holds an equal part: ``workers / servers`` times `num_bytes` come in
    there and go out again. Cables carry both directions at once, but the sum
    of an array leaves only when its last part has come in; so what goes out
    runs behind by the largest array.

    Parameters
    ----------
    num_bytes : float
        Bytes of all gradients of one worker.
    workers : int
    bandwidth : float
        Of the cable of each machine in each direction, in bits per second.
    servers : int
        Machines that hold a part each.
    largest : float
        Share of the largest array in all bytes, in [0, 1]; 1: there is a
        single one, which comes in as a whole before it goes out.
    latency : float
        Of one message, in seconds; there and back count.
    beside : bool
        The servers share machines and cables with the first workers.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense; names it, its value and what would.

    Examples
    --------
    Two workers, one megabyte, 8 megabits a second, one server:

    >>> server_seconds(1e6, 2, 8e6)
    2.0
    """
    _check(num_bytes, workers, bandwidth, latency)
    check_integer("servers", servers)
    check_number("largest", largest, 0, 1)
    check_bool("beside", beside)
    if beside and servers > workers:
        raise ValueError(
            f"servers={servers} cannot stand beside workers={workers}: use "
            "at most as many servers as workers, or beside=False"
        )
    if beside:
        # To and from itself a machine needs no cable.
        one_way = (workers - 1) / servers
        both = one_way + (servers - 1) / servers
        times = max(both, (1 + largest) * one_way)
    else:
        times = (1 + largest) * max(1, workers / servers)
    messages = 2 if times else 0
    return times * 8 * num_bytes / bandwidth + messages * latency


def ring_seconds(num_bytes, workers, bandwidth, latency=0.0):
    """Return the time of one exchange around a ring (all-reduce).

    The gradients are cut into as many parts as there are workers. In
    ``workers - 1`` rounds each worker hands a part to its neighbour, who
    adds his own; in as many rounds the sums go round.

    Parameters
    ----------
    num_bytes, workers, bandwidth, latency
        As in `server_seconds`; latency counts in every round.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    TypeError, ValueError
        As `server_seconds` does.

    Examples
    --------
    >>> ring_seconds(1e6, 2, 8e6)
    1.0
    """
    _check(num_bytes, workers, bandwidth, latency)
    rounds = 2 * (workers - 1)
    part = 8 * num_bytes / workers / bandwidth
    return rounds * (part + latency)


def step_seconds(compute, exchange):
    """Return the time of a step, in which the exchange follows the computation.

    Parameters
    ----------
    compute : float
        Seconds that a worker computes in one step.
    exchange : float
        Seconds of the exchange.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    TypeError, ValueError
        If a time is negative.
    """
    check_number("compute", compute, 0)
    check_number("exchange", exchange, 0)
    return compute + exchange


def efficiency(compute, exchange):
    """Return the share of its time that a worker computes, in [0, 1].

    With a fixed share of images a worker, this is the speed-up divided by
    the number of workers.

    Parameters
    ----------
    compute, exchange : float
        As in `step_seconds`; `compute` above 0.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As `step_seconds` does.
    """
    check_number("compute", compute, 0, above=True)
    return compute / step_seconds(compute, exchange)


def saturation(compute, exchange):
    """Return where workers wait for the exchange half of their time.

    Parameters
    ----------
    compute : float
        Seconds that a worker computes in one step.
    exchange : callable
        Takes a number of workers, returns the seconds of the exchange.

    Returns
    -------
    int or None
        The smallest number of workers with an exchange as long as
        `compute`; None if that is beyond 1,024.

    Raises
    ------
    TypeError, ValueError
        If `compute` is no number above 0.

    Examples
    --------
    >>> saturation(1.0, lambda n: server_seconds(1e6, n, 1e9))
    125
    """
    check_number("compute", compute, 0, above=True)
    return next((n for n in range(1, 1025) if exchange(n) >= compute), None)


def _check(num_bytes, workers, bandwidth, latency):
    check_number("num_bytes", num_bytes, 0)
    check_integer("workers", workers)
    check_number("bandwidth", bandwidth, 0, above=True)
    check_number("latency", latency, 0)
