"""Ctrl-C while `train` runs: network, trainer and kernel stay usable."""

import os
import random
import signal
import sys
import threading
import time

from nin_utils import training

import numpy as np
import pytest
from mxnet import autograd

from helpers import ROOT
from helpers import small_training as small

X, Y = small.make_data(64)
BATCHES = small.make_batches(X, Y)
MOMENTS = 40


@pytest.fixture(autouse=True)
def ctrl_c():
    """Python's own way with Ctrl-C, also where a job in the background has none."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupt:
    """Press Ctrl-C before a given line of Python is run.

    Lines of MXNet and of `nin_utils` count, while the block is entered.
    """

    def __init__(self, moment=None):
        self.moment, self.lines, self.place = moment, 0, None
        self.freeing = False  # within __del__, where Python swallows it

    def __enter__(self):
        self.before = sys.gettrace()  # what measures coverage
        sys.settrace(self._call)

    def __exit__(self, *exception):
        sys.settrace(self.before)

    def _call(self, frame, event, arg):
        path = frame.f_code.co_filename
        # Python swallows what is raised in __del__, Ctrl-C as well.
        if frame.f_code.co_name != "__del__" and (
            f"{os.sep}mxnet{os.sep}" in path or f"{os.sep}nin_utils{os.sep}" in path
        ):
            return self._line
        return None

    def _line(self, frame, event, arg):
        if event == "line":
            self.lines += 1
            if self.lines == self.moment:
                code = frame.f_code
                self.place = f"{code.co_filename}:{frame.f_lineno}"
                while frame:
                    self.freeing |= frame.f_code.co_name == "__del__"
                    frame = frame.f_back
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return self._line


def one_epoch(net, trainer, **options):
    return training.train(net, small.Shuffled(X, Y), BATCHES, trainer, 1, **options)


def fresh():
    net = small.small_net()
    return net, small.make_trainer(net, momentum=0.9)


@pytest.fixture(scope="module")
def seed():
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")
    return seed


# Python swallows an interrupt within __del__, and pytest tells of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("what", ["first epoch", "later epoch"])
def test_at_random_lines(what, seed, tmp_path, capsys):
    path = tmp_path / "run.params"
    counted = Interrupt()
    net, trainer = fresh()
    if what == "later epoch":
        one_epoch(net, trainer)
    with counted:
        one_epoch(net, trainer, seed=1, checkpoint=path)
    rng = random.Random(seed)
    presses = 0
    for _ in range(MOMENTS // 2):
        net, trainer = fresh()
        if what == "later epoch":
            one_epoch(net, trainer)
        stop = Interrupt(rng.randint(1, counted.lines))
        np.random.seed(5)
        came = False
        try:
            with stop:
                one_epoch(net, trainer, seed=1, checkpoint=path)
        except KeyboardInterrupt:
            came = True
        state = f"line {stop.moment} of {counted.lines}, {stop.place}"
        assert came or not stop.place or stop.freeing, state
        presses += bool(stop.place)
        assert not autograd.is_recording(), state
        assert not autograd.is_training(), state
        assert np.random.rand() == np.random.RandomState(5).rand(), state
        assert sorted(p.name for p in tmp_path.iterdir()) in (["run.params"], []), state
        history = one_epoch(net, trainer)
        assert np.isfinite(history.loss[0]), state
        assert small.all_finite(net), state
        fresh_net, fresh_trainer = fresh()  # the file is whole, or not there
        one_epoch(fresh_net, fresh_trainer, checkpoint=path, resume=True)
    assert presses > MOMENTS // 4


class Freed:
    """Press Ctrl-C while this is freed, where Python drops what is raised."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("where", ["train", "test", "evaluate"])
def test_not_lost_while_something_is_freed(where):
    def batches():
        yield BATCHES[0]
        Freed()  # as MXNet frees an array, at once
        yield BATCHES[0]
        pytest.fail("Ctrl-C was lost")

    net, trainer = fresh()
    with pytest.raises(KeyboardInterrupt):
        if where == "train":
            training.train(net, Once(batches), BATCHES, trainer, 1)
        elif where == "test":
            training.train(net, BATCHES, Once(batches), trainer, 1)
        else:
            one_epoch(net, trainer)
            training.evaluate_accuracy(net, Once(batches))
    one_epoch(net, trainer)
    assert small.all_finite(net)


class Once:
    """Batches of a generator function."""

    def __init__(self, batches):
        self._batches = batches

    def __iter__(self):
        return self._batches()


def test_a_second_one_does_not_wait():
    pressed = []

    def stuck():
        yield BATCHES[0]
        signal.raise_signal(signal.SIGINT)
        pressed.append(1)
        signal.raise_signal(signal.SIGINT)
        pressed.append(2)

    net, trainer = fresh()
    np.random.seed(5)
    with pytest.raises(KeyboardInterrupt):
        training.train(net, Once(stuck), BATCHES, trainer, 1, seed=1)
    assert pressed == [1]
    assert np.random.rand() == np.random.RandomState(5).rand()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_elsewhere_than_in_the_main_thread():
    """There Python has no handler to wait with; it trains all the same."""
    net, trainer = fresh()
    found = []
    thread = threading.Thread(
        target=lambda: found.append(one_epoch(net, trainer, seed=1))
    )
    thread.start()
    thread.join()
    assert found[0].loss == one_epoch(*fresh(), seed=1).loss


def test_where_it_is_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert len(one_epoch(*fresh())) == 1
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


# In a kernel

SETUP = """
import sys
sys.path.insert(0, {tests!r})
from helpers import small_training as small
import numpy as np
from nin_utils import training
X, y = small.make_data(256)
batches = small.make_batches(X, y)
net = small.small_net()
trainer = small.make_trainer(net, momentum=0.9)
training.train(net, batches, batches, trainer, 1)
"""
TRAIN = "training.train(net, batches, batches, trainer, 10**6)"
CHECK = """
before = training.evaluate_accuracy(net, batches)
history = training.train(net, batches, batches, trainer, 1)
print(small.all_finite(net), 0 <= before <= 1, np.isfinite(history.loss[0]))
"""


@pytest.fixture
def kernel(monkeypatch):
    manager = pytest.importorskip("jupyter_client.manager")
    paths = [path for path in sys.path if path]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    manager, client = manager.start_new_kernel(env=env, startup_timeout=120)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run_cell(client, code):
    """Run a cell to its end; return its output and the reply."""
    output = []

    def keep(message):
        if message["msg_type"] == "stream":
            output.append(message["content"]["text"])

    reply = client.execute_interactive(code, timeout=240, output_hook=keep)
    return "".join(output), reply["content"]


def test_in_a_notebook_cell(kernel, seed):
    manager, client = kernel
    tests = str(ROOT / "tests")
    output, reply = run_cell(client, SETUP.format(tests=tests))
    assert reply["status"] == "ok", reply
    rng = random.Random(seed)
    for _ in range(5):
        client.execute(TRAIN, stop_on_error=False)  # nor skip the next
        text = ""
        while "epoch 1," not in text:  # it trains by now
            message = client.get_iopub_msg(timeout=240)
            text = message["content"].get("text", "")
        time.sleep(rng.uniform(0, 0.2))
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=240)["content"]
        assert reply["status"] == "error", reply
        assert reply["ename"] == "KeyboardInterrupt", reply
        output, reply = run_cell(client, CHECK)
        assert reply["status"] == "ok", reply
        assert output.splitlines()[-1] == "True True True", output
