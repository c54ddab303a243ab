"""Supervision, with stand-ins for the processes: nothing of MXNet starts."""

import socket
import subprocess
import sys

import nin_utils  # noqa: F401
from nin_utils import distributed
from nin_utils.distributed import hosts, supervise

import pytest

from helpers import ROOT
from helpers.jobs import watched

BEGIN = "send(hello=SAME); send(data={'data': 'a'});"
WELL = BEGIN + "send(done={'sha256': 'x'})"


def test_all_well():
    assert watched(server_0="send(hello=SAME); work(1)", worker_0=WELL) is None


def test_nobody_leaves_before_all_have_their_results():
    leave = ";\nwhile b'leave' not in os.read(0, 99): pass"
    assert not watched(
        silence=9, worker_0=BEGIN + "work(1);" + WELL + leave, worker_1=WELL + leave
    )


def test_the_dead_one_is_named():
    failure = watched(
        worker_0=BEGIN + "work()",
        worker_1=BEGIN + "time.sleep(.5); os.kill(os.getpid(), 9)",
    )
    assert failure == "worker 1 was killed (SIGKILL)"


def test_an_error_is_passed_on():
    failure = watched(
        worker_0=BEGIN + "work()",
        worker_1=BEGIN + "send(error='DataError: no\\n file'); os._exit(1)",
    )
    assert failure == "worker 1 failed: DataError: no file"


@pytest.mark.parametrize("status", [0, 3])
def test_who_leaves_early_is_named(status):
    failure = watched(
        server_0=f"send(hello=SAME); sys.exit({status})", worker_0=BEGIN + "work()"
    )
    assert failure == (
        f"server 0 ended with status {status} before the training was done"
    )


def test_silence_is_noticed():
    failure = watched(
        silence=6, worker_0=BEGIN + "work()", worker_1=BEGIN + "work(beat=False)"
    )
    assert failure.startswith("worker 1: not heard of for 6 s")


def test_who_stands_still_is_named():
    failure = watched(
        timeout=5,
        worker_0=BEGIN + "time.sleep(.5); send(step=4, finished=3, total=9); work()",
        worker_1=BEGIN + "send(step=3, finished=3, total=9); work()",
    )
    assert failure == "worker 1: no progress for 5 s"


def test_no_connection_gives_an_advice():
    failure = watched(timeout=5, worker_0="send(stage='connecting'); work()")
    assert "firewall" in failure


@pytest.mark.parametrize("kind", ["hello", "data"])
def test_differences_are_named_before_training(kind):
    other = BEGIN.replace("SAME", "{'mxnet': '1.8.0'}")
    if kind == "data":
        other = BEGIN.replace("'a'", "'b'")
    wait = "\nwhile b'go' not in os.read(0, 99): pass\nos._exit(9)"
    failure = watched(worker_0=BEGIN + wait, worker_1=other + "work()")
    expected = {
        "hello": "different versions: mxnet 1.9.1 and 1.8.0",
        "data": "different checksums: data a and b: one host has other images",
    }
    assert failure == f"worker 0 and worker 1 have {expected[kind]}"


def test_different_results_are_an_error():
    failure = watched(worker_0=WELL, worker_1=WELL.replace("x", "y"))
    assert "ended with different parameters" in failure


@pytest.mark.parametrize(
    "status, how",
    [(137, "was killed (SIGKILL)"), (255, "was killed, or the connection to it broke")],
)
def test_an_end_on_another_host_is_named(status, how):
    script = f"send(hello=SAME); os._exit({status})"
    failure = watched(login="me@far", worker_0=script)
    assert failure == f"worker 0 on 127.0.0.1 {how}"


def test_who_stays_after_the_training_is_named(monkeypatch):
    monkeypatch.setattr(supervise, "_DRAIN", 1)
    failure = watched(worker_0=WELL, server_0="send(hello=SAME); work()")
    assert failure == "server 0: did not end after the training"


def test_unreachable_host_is_named():
    failure = watched(
        login="nobody@far", worker_0="print('Connection timed out'); sys.exit(255)"
    )
    assert failure == (
        "worker 0 on 127.0.0.1 could not be started: ssh nobody@far failed"
    )


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"options": "--stepz 5"}, "unrecognized arguments: --stepz 5"),
        ({"options": "--steps 0"}, "0 is not a whole number from 1 on"),
        ({"options": "--net resnet"}, "invalid choice: 'resnet'"),
        ({"options": "--batch-size 33"}, "give a multiple of 2, such as 32"),
        ({"options": "--examples 10"}, "fewer than one batch of 64"),
        ({"options": "--resume"}, "needs --checkpoint DIR"),
        (
            {"options": "--kvstore dist_async --checkpoint x"},
            "no --checkpoint or --warmup with it; use dist_sync",
        ),
        (
            {"options": {"size": None, "fail": "KILL"}},
            "KILL is not KILL, STOP, RAISE, SLEEP with a step, as KILL@3",
        ),
        ({"workers": 0}, "workers must be at least 1, not 0"),
        ({"workers": 2, "timeout": float("nan")}, "timeout must be above 0, not nan"),
        ({"port": -1}, "port must be at least 0, not -1"),
        ({"servers": 0}, "give at least one of each"),
        ({"silence": 1}, "silence must be at least 3 and at most 86400, not 1"),
        ({"address": "no.such.host.invalid"}, "has no IPv4 address"),
        ({"address": "192.0.2.1"}, "the scheduler cannot use 192.0.2.1"),
        ({"hosts": "/no/such"}, "hosts file /no/such: No such file"),
    ],
)
def test_what_does_not_fit_starts_nothing(arguments, message):
    with pytest.raises(ValueError, match="(?s).*") as caught:
        distributed.run(**arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["workers", "servers", "threads", "port"])
def test_numbers_of_a_job_are_integers(name):
    with pytest.raises(TypeError, match=f"{name} must be an integer, not '2'"):
        distributed.run(**{name: "2"})


def test_what_is_no_truth_value_is_refused():
    with pytest.raises(TypeError, match="echo must be True or False, not 'no'"):
        distributed.run(echo="no")


def test_the_command_line_says_what_does_not_fit():
    command = [sys.executable, "-m", "nin_utils.distributed", "--workers", "0"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    line = "nin_utils.distributed: workers must be at least 1, not 0"
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ValueError, match=f"{port} .Address already in"):
            distributed.run(port=port)


@pytest.mark.parametrize(
    "text, message",
    [
        ("# none\n\n", "names no host"),
        ("127.0.0.2\n127.0.0.3 slot=2", "line 2: 'slot=2' is not slots="),
        ("127.0.0.2 slots=0", "line 1: slots=0: give a number from 1"),
        ("127.0.0.2 folder='/a b", "line 1: No closing quotation"),
        ("no.such.host.invalid", "line 1: host 'no.such.host.invalid' has"),
        ("10.0.0.1\n127.0.0.2", "127.0.0.2 is 127.0.0.2, where the other"),
        ("255.255.255.255 slots=2", "there is no way to 255.255.255.255"),
        (
            "127.0.0.1 slots=2 python=/no/such",
            "server 0 cannot be started: /no/such: No such file",
        ),
        (
            "127.0.0.1 slots=2 folder=/no/such",
            "server 0 cannot be started: /no/such: No such file",
        ),
        ("127.0.0.2", "2 workers, but the hosts file has 1 slots"),
    ],
)
def test_hosts_file(tmp_path, text, message):
    path = tmp_path / "hosts"
    path.write_text(text)
    with pytest.raises(ValueError) as caught:
        distributed.run(hosts=path)
    assert message in str(caught.value)


@pytest.fixture
def environments(monkeypatch):
    """Start processes that fail, and collect their environments."""
    found = []

    def command(host, words, environment):
        found.append(environment)
        return [sys.executable, "-c", "raise SystemExit(3)"]

    monkeypatch.setattr(hosts.Host, "command", command)
    return found


def test_workers_know_how_many_share_their_machine(environments, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "hosts").write_text("127.0.0.2\nme@127.0.0.2\n127.0.0.3")
    settings = {"hosts": tmp_path / "hosts", "address": "127.0.0.1"}
    options = {"batch_size": 3, "checkpoint": tmp_path}
    result = distributed.run(options, workers=3, echo=False, **settings)
    workers = [e for e in environments if "NIN_RANK" in e]
    assert [e["NIN_SHARE"] for e in workers] == ["2", "2", "1"]
    # Those of this machine are not the limit of others.
    assert not any("OMP_NUM_THREADS" in e for e in workers)
    assert result.exit_code == 1
    assert result.reason.endswith("no checkpoint was written yet")


def test_a_folder_of_this_machine_is_where_it_starts(tmp_path, monkeypatch):
    def command(host, words, environment):
        return [sys.executable, "-c", "open('here', 'w').close(); raise SystemExit(3)"]

    monkeypatch.setattr(hosts.Host, "command", command)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "my work"
    folder.mkdir()
    (tmp_path / "hosts").write_text(f'127.0.0.1 folder="{folder}"  # here')
    distributed.run(workers=1, servers=0, hosts="~/hosts", echo=False)
    assert (folder / "here").exists()


def test_a_chosen_number_of_threads_is_not_shared(environments):
    distributed.run(threads=3, echo=False)
    *_, first, second = environments
    assert first["OMP_NUM_THREADS"] == second["OMP_NUM_THREADS"] == "3"
    assert "NIN_SHARE" not in {*first, *second}
