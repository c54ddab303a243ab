"""The cost model against sums that were done by hand."""

import doctest
import math

from nin_utils.distributed import cost

import pytest

# nin(): 1,992,166 parameters of 4 bytes, 63.7 megabits
BYTES = 4 * 1_992_166
GBIT = 1e9


def flow_shop(parts):
    """Simulate a server: arrays come in one by one, each then goes out."""
    came = left = 0.0
    for seconds in parts:
        came += seconds
        left = max(left, came) + seconds
    return left


@pytest.mark.parametrize(
    "workers, servers, expected",
    [
        (1, 1, 1.0),  # 8 megabits at 8 megabits a second
        (2, 1, 2.0),  # both cables of the workers end in one
        (8, 1, 8.0),
        (8, 2, 4.0),
        (8, 8, 1.0),
        (4, 8, 1.0),  # then the workers' own cables are the limit
    ],
)
def test_server_by_hand(workers, servers, expected):
    found = cost.server_seconds(1e6, workers, 8e6, servers)
    assert found == pytest.approx(expected)


def test_a_single_array_comes_in_before_it_goes_out():
    assert cost.server_seconds(1e6, 2, 8e6, largest=1.0) == 4.0


@pytest.mark.parametrize(
    "parts", [[1, 2, 3], [3, 1, 2], [5], [1, 1, 1, 1], [1, 7, 1, 7]]
)
def test_the_largest_array_is_what_a_simulated_server_waits_for(parts):
    seconds = cost.server_seconds(
        1e6 * sum(parts), 1, 8e6, largest=max(parts) / sum(parts)
    )
    assert seconds == pytest.approx(flow_shop(parts))


@pytest.mark.parametrize(
    "workers, servers, expected",
    [
        (1, 1, 0.0),
        (2, 1, 1.0),  # only worker 1 needs the cable
        (2, 2, 1.0),  # half as a worker, half as a server
        (8, 8, 14 / 8),
        (8, 1, 7.0),
    ],
)
def test_servers_beside_the_workers(workers, servers, expected):
    found = cost.server_seconds(1e6, workers, 8e6, servers, beside=True)
    assert found == pytest.approx(expected)


def test_servers_beside_all_workers_cost_as_much_as_a_ring():
    for workers in (2, 3, 8, 1024):
        beside = cost.server_seconds(BYTES, workers, GBIT, workers, beside=True)
        assert beside == pytest.approx(cost.ring_seconds(BYTES, workers, GBIT))


@pytest.mark.parametrize(
    "workers, latency, expected",
    [(1, 0.0, 0.0), (2, 0.0, 1.0), (4, 0.0, 1.5), (4, 0.25, 3.0)],
)
def test_ring_by_hand(workers, latency, expected):
    found = cost.ring_seconds(1e6, workers, 8e6, latency)
    assert found == pytest.approx(expected)


def test_a_ring_never_costs_twice_the_bytes_but_pays_latency():
    at_1024 = cost.ring_seconds(BYTES, 1024, GBIT)
    assert at_1024 < 2 * 8 * BYTES / GBIT
    late = cost.ring_seconds(BYTES, 1024, GBIT, latency=50e-6)
    assert late - at_1024 == pytest.approx(2 * 1023 * 50e-6)


@pytest.mark.parametrize(
    "compute, gigabits, percent",
    [  # 8 machines, one server
        (0.87, 1, 63),
        (0.87, 10, 94),
        (0.87, 25, 98),
        (0.017, 1, 3),
        (0.017, 10, 25),
        (0.017, 25, 45),
    ],
)
def test_efficiency_of_eight_machines(compute, gigabits, percent):
    exchange = cost.server_seconds(BYTES, 8, gigabits * GBIT)
    assert round(100 * cost.efficiency(compute, exchange)) == percent


def test_exchange_follows_computation():
    assert cost.step_seconds(2.0, 1.0) == 3.0
    assert cost.efficiency(2.0, 2.0) == 0.5


def test_saturation_is_the_first_that_waits_as_long_as_it_computes():
    def exchange(workers):
        return cost.server_seconds(BYTES, workers, GBIT)

    found = cost.saturation(0.87, exchange)
    # 0.87 s at 1 Gbit/s are 870 megabits, of 63.7 a worker
    assert found == math.ceil(870e6 / (8 * BYTES)) == 14
    assert exchange(found - 1) < 0.87 <= exchange(found)
    assert cost.saturation(1e-6, exchange) == 1


def test_no_saturation_where_bandwidth_grows_with_the_workers():
    def exchange(workers):
        return cost.ring_seconds(BYTES, workers, GBIT)

    assert cost.saturation(0.87, exchange) is None


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"workers": 0}, ValueError, "workers must be at least 1, not 0"),
        ({"workers": 2.5}, TypeError, "workers must be an integer, not 2.5"),
        ({"bandwidth": 0}, ValueError, "bandwidth must be above 0, not 0"),
        ({"bandwidth": "1G"}, TypeError, "bandwidth must be a number"),
        ({"num_bytes": -1}, ValueError, "num_bytes must be at least 0"),
        ({"latency": math.nan}, ValueError, "latency must be at least 0"),
        ({"largest": 1.5}, ValueError, "at least 0 and at most 1, not 1.5"),
        ({"servers": 0}, ValueError, "servers must be at least 1, not 0"),
        ({"beside": "no"}, TypeError, "beside must be True or False, not 'no'"),
        (
            {"servers": 3, "beside": True},
            ValueError,
            "servers=3 cannot stand beside workers=2",
        ),
    ],
)
def test_errors_name_the_value(change, error, message):
    arguments = {"num_bytes": 1e6, "workers": 2, "bandwidth": 1e9, **change}
    with pytest.raises(error, match=message):
        cost.server_seconds(**arguments)


def test_errors_of_times():
    with pytest.raises(ValueError, match="compute must be above 0"):
        cost.efficiency(0, 1)
    with pytest.raises(ValueError, match="exchange must be at least 0"):
        cost.step_seconds(1, -1)
    with pytest.raises(ValueError, match="compute must be above 0"):
        cost.saturation(0, lambda workers: 1.0)
    with pytest.raises(ValueError, match="workers must be at least 1, not 0"):
        cost.ring_seconds(1e6, 0, 1e9)


def test_the_examples_of_the_documentation():
    assert doctest.testmod(cost).failed == 0
