"""Jobs with MXNet's own parameter server: equality, guards, failures."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys

import nin_utils  # noqa: F401
from nin_utils.distributed import hosts, launcher
from nin_utils.distributed.__main__ import main
from nin_utils.distributed.options import as_list

import psutil
import pytest

from helpers import ROOT
from helpers.jobs import SMALL, all_end, alone, job, launched, wait_for


@pytest.fixture(scope="module")
def reference():
    """SGD with momentum in one process."""
    return alone().digest


def test_workers_equal_one_process(reference):
    """Also where the workers begin with other values: one's are broadcast."""
    result = job(without=["same_seed"])
    assert result.digest == reference
    said = [line for line in result.lines if line.startswith("[worker 0] ")]
    assert json.loads(said[-1].partition("] ")[2]) == result.facts
    assert any("private networks only" in line for line in result.lines)


def test_workers_equal_one_process_with_adam():
    adam = {"optimizer": "adam", "lr": 1e-3}
    assert job(**adam).digest == alone(**adam).digest


def test_workers_equal_one_process_with_batch_norm_and_warmup():
    other = {"batch_norm": True, "warmup": 3}
    assert job(**other).digest == alone(**other).digest


def test_a_worker_by_hand(reference):
    module = "nin_utils.distributed.worker"
    words = as_list({**SMALL, "parts": 2})
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    facts = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, facts["sha256"]) == (0, reference)


def test_without_waiting_for_the_first_values(reference):
    """A race: the workers end with the same wrong values, or others each."""
    guards = ["same_seed", "receive_first_values"]
    result = job(without=guards, expect=None)
    torn = "ended with different parameters" in result.reason
    assert result.exit_code == torn, result
    assert torn or result.digest != reference


def test_without_waiting_at_the_end():
    result = job(without=["leave"], silence=12, batch_size=128, expect=1)
    assert "worker 1" in result.reason


def test_without_known_shapes():
    """The server dies, unless a worker sees the torn values before it."""
    result = job(without=["draw_values"], expect=1)
    died = "server 0 was killed (SIGABRT)" in result.reason
    assert died or "!IsMKLDNNData()" in result.reason


@pytest.mark.parametrize(
    "fail, said",
    [
        ("RAISE@3", "failed: RuntimeError: told to fail by --fail (at step"),
        ("STOP@3", "not heard of for 12 s (stopped, or cut off from here)"),
        ("SLEEP@3", "no progress for 40 s"),
    ],
)
def test_a_worker_fails(fail, said):
    result = job(fail=fail, silence=12, timeout=40, expect=1)
    assert "worker 1" in result.reason
    assert said in result.reason


def test_a_loss_that_is_no_number():
    result = job(1, 0, lr=1e30, dropout=None, expect=1)
    assert "FloatingPointError: the loss is " in result.reason
    assert "use a smaller --lr than 1e+30" in result.reason


def test_without_an_end_after_an_error():
    """The process hangs in Python's normal end, where nothing beats."""
    result = job(without=["main"], fail="RAISE@3", silence=12, expect=1)
    assert "worker 1: not heard of for 12 s" in result.reason
    assert "it last said: " in result.reason
    assert "RuntimeError: told to fail by --fail; all" in result.reason


def test_async_trains():
    result = job(kvstore="dist_async", batch_norm=True, steps=40, test_examples=200)
    assert result.test_acc > 0.3


def test_goes_on_after_a_kill(tmp_path):
    settings = {"dropout": 0.5, "checkpoint": tmp_path / "c", "every": 2}
    killed = job(fail="KILL@3", expect=1, **settings)
    assert "worker 1 was killed (SIGKILL) (at step 3)" in killed.reason
    assert killed.reason.count("\n") == 0
    assert killed.reason.endswith("--resume")
    assert [p.name for p in (tmp_path / "c").iterdir()] == ["checkpoint.params"]
    resumed = job(resume=True, **settings)
    assert any("steps 3 to 5" in line for line in resumed.lines)
    assert resumed.digest == job(dropout=0.5).digest


def test_port_taken_in_the_meantime(monkeypatch):
    """The scheduler says so; another port is taken then."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = iter([server.getsockname()[1]])
        right = hosts.free_port
        monkeypatch.setattr(
            hosts, "free_port", lambda *a: next(taken, None) or right(*a)
        )
        job(1, 1, steps=1)
    assert next(taken, "none") == "none"


def test_other_options_do_not_go_on(tmp_path):
    anew = alone(checkpoint=tmp_path, resume=True, steps=1)
    assert any("steps 1 to 1" in line for line in anew.lines)
    other = {"checkpoint": tmp_path, "resume": True, "batch_size": 32}
    result = job(1, 0, expect=1, **other)
    assert "was begun with --batch-size 16, not 32" in result.reason


def test_another_seed_does_not_go_on(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    alone(checkpoint=f"~/{tmp_path.name}", steps=1, seed=5)
    result = job(1, 0, expect=1, checkpoint=tmp_path, resume=True, steps=2)
    assert "was begun with --seed 5, not 0: give that again" in result.reason


def test_fewer_steps_than_were_made_do_not_go_on(tmp_path):
    alone(checkpoint=tmp_path, steps=2)
    result = job(1, 0, expect=1, checkpoint=tmp_path, resume=True, steps=1)
    assert "has 2 steps behind it, more than the 1 of this job" in result.reason


@pytest.mark.parametrize("fail", [("--fail", "KILL@3"), ("--fail=KILL@3",)])
def test_the_command_that_goes_on_keeps_all_but_the_failure(fail):
    words = ["--steps", "5", *fail, "--checkpoint", "c"]
    again = launcher._again(words, workers=2, timeout=600, port=None)
    assert again == (
        "python -m nin_utils.distributed --workers 2 --timeout 600 -- "
        "--steps 5 --checkpoint c --resume"
    )


def test_a_server_dies():
    with launched(steps=10**6) as (launcher, found):
        wait_for(launcher, "[worker 0] 8 of each 16")
        found["server"][0].kill()
        last = launcher.communicate(timeout=60)[0]
    assert launcher.returncode == 1
    assert "server 0 was killed (SIGKILL)" in last
    assert all_end(found, 5)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_launcher_dies(number):
    with launched("--silence", "60", steps=10**6) as (launcher, found):
        lines = wait_for(launcher, "[worker 0] 8 of each 16")
        assert lines[0] == "[launcher] 1 scheduler, 1 server, 2 workers\n"
        ports = {
            connection.laddr.ip
            for group in found.values()
            for process in group
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        }
        launcher.send_signal(number)
        assert all_end(found, 30)
    assert ports == {"127.0.0.1"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_a_signal_that_nohup_ignores_stays_ignored(number, handler):
    before = signal.signal(number, handler)
    try:
        assert main(["--workers", "0"]) == 2
        left_alone = signal.getsignal(number) is handler
        assert left_alone == (handler is signal.SIG_IGN)
    finally:
        signal.signal(number, before)


SSH = """#!/bin/sh
echo "$*" >> "$(dirname "$0")/calls"
while [ "${1#-}" != "$1" ]; do
    [ "$1" = -T ] || shift
    shift
done
host=$1
shift
[ "$host" = 127.0.0.9 ] && { echo "Connection timed out"; exit 255; }
exec sh -c "$*"
"""


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """A stand-in for ssh that runs the command here."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(SSH)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    monkeypatch.chdir(ROOT)
    return tmp_path


def test_over_ssh(ssh, reference):
    (ssh / "hosts").write_text("127.0.0.2\nme@127.0.0.3\n127.0.0.4 # more\n")
    result = job(2, 2, hosts=ssh / "hosts", address="127.0.0.1")
    assert result.digest == reference
    calls = (ssh / "bin" / "calls").read_text()
    assert calls.count("BatchMode=yes") == 4  # the scheduler is here
    assert calls.count("DMLC_NODE_HOST=127.0.0.3") == 2
    assert calls.count("me@127.0.0.3") == 2


def test_a_host_cannot_be_reached(ssh):
    (ssh / "hosts").write_text("127.0.0.2\n127.0.0.9\n")
    result = job(hosts=ssh / "hosts", address="127.0.0.1", expect=1)
    assert "worker 1 on 127.0.0.9 could not be started" in result.reason
    assert "Connection timed out" in result.reason


def test_other_sources_on_a_host(ssh):
    copy = ssh / "nin_utils"
    shutil.copytree(ROOT / "nin_utils", copy)
    (copy / "new.py").touch()
    (ssh / "hosts").write_text(f"127.0.0.2\n127.0.0.3 folder={ssh}\n")
    result = job(hosts=ssh / "hosts", address="127.0.0.1", expect=1)
    assert "different versions: nin_utils" in result.reason
