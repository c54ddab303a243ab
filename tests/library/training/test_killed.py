"""Training that is killed again and again ends where it would have ended."""

import json
import multiprocessing
import os
import random
import signal
import sys
import time

from nin_utils import training

import numpy as np
import pytest

from helpers import small_training as small

KILLS = 20
NUM_EPOCHS = 12


def run(folder, ready):
    """Train, from the checkpoint if there is one; keep the parameters."""
    sys.stdout = open(folder.with_suffix(".log"), "a")  # noqa: SIM115
    X, y = small.make_data(40)
    net = small.small_net()
    ready.send(True)
    history = training.train(
        net,
        small.Shuffled(X, y),
        small.make_batches(X, y)[:1],
        small.make_trainer(net, momentum=0.9),
        NUM_EPOCHS,
        seed=3,
        checkpoint=folder / "run.params",
        resume=True,
    )
    part = folder / "part.npz"
    np.savez(part, *small.values(net), loss=history.loss)
    os.replace(part, folder / "end.npz")
    os._exit(0)


@pytest.fixture(scope="module")
def processes():
    """Children of a process that has imported MXNet, but not used it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nin_utils"])
    return context


def start(processes, folder):
    """Return a child that has just begun to train."""
    here, there = processes.Pipe(duplex=False)
    child = processes.Process(target=run, args=(folder, there), daemon=True)
    child.start()
    there.close()
    assert here.poll(120) and here.recv()
    return child


def end(folder):
    with np.load(folder / "end.npz") as arrays:
        return {name: arrays[name].tobytes() for name in arrays.files}


def epochs(folder):
    """Return the epochs that were told of, and those that are kept."""
    told = folder.with_suffix(".log").read_text().splitlines()[-1:]
    kept = []
    if (folder / "run.params").exists():
        with np.load(folder / "run.params", allow_pickle=False) as arrays:
            meta = json.loads(arrays["meta"].tobytes())
        kept = meta["history"]["loss"]
    return [int(line.split()[1].strip(",")) for line in told] or [0], len(kept)


def test_killed_at_20_random_moments(processes, tmp_path):
    whole = tmp_path / "whole"
    whole.mkdir()
    child = start(processes, whole)
    began = time.perf_counter()
    child.join(120)
    seconds = time.perf_counter() - began
    expected = end(whole)
    seed = int.from_bytes(os.urandom(4), "big")
    rng = random.Random(seed)
    print(f"{NUM_EPOCHS} epochs take {seconds:.2f} s; seed {seed}")

    folders, kills, silent = [], 0, {}
    while kills < KILLS or not (folders[-1] / "end.npz").exists():
        if not folders or (folders[-1] / "end.npz").exists():
            folders.append(tmp_path / f"run{len(folders)}")
            folders[-1].mkdir()
        child = start(processes, folders[-1])
        if kills < KILLS:
            moment = rng.uniform(0, 0.5 * seconds)
            child.join(moment)
            child.kill()
        child.join(120)
        left = sorted(path.name for path in folders[-1].iterdir())
        print(f"{folders[-1].name}: exit code {child.exitcode}, {left}")
        if child.exitcode == -signal.SIGKILL:
            kills += 1
            (told,), kept = epochs(folders[-1])
            assert kept >= told  # at most the epoch that was going on is lost
            if kept == NUM_EPOCHS:  # the next run has nothing to tell
                silent[folders[-1]] = told
        else:
            assert child.exitcode == 0
    for folder in folders:
        assert end(folder) == expected, f"seed {seed}"
        assert epochs(folder) == ([silent.get(folder, NUM_EPOCHS)], NUM_EPOCHS)
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["end.npz", "run.params"]
