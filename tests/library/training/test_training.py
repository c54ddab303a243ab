import json
import os
import random
import re

import nin_utils.muon  # noqa: F401  (before MXNet; an optimizer)
from nin_utils import models, training
from nin_utils.training import checks

import d2lzh as d2l
import mxnet as mx
import numpy as np
import pytest
from mxnet import gluon, init, lr_scheduler, nd
from mxnet.gluon import nn

from helpers.small_training import (
    Shuffled,
    make_batches,
    make_data,
    make_trainer,
    small_net,
    values,
)

CTX = mx.cpu()


X, Y = make_data()
BATCHES = make_batches(X, Y)


def assert_same(net, other):
    assert all(map(np.array_equal, values(net), values(other)))


# The same numbers as d2lzh


@pytest.mark.parametrize("block", [nn.Sequential, nn.HybridSequential])
def test_equals_d2lzh(block, capsys):
    def run(train):
        net = small_net(block, dropout=0)
        mx.random.seed(2)  # the weights are drawn at the first batch
        net(BATCHES[0][0])
        return train(net, make_trainer(net, momentum=0.9))

    run(lambda net, trainer: d2l.train_ch5(net, BATCHES, BATCHES, 32, trainer, CTX, 3))
    expected = capsys.readouterr().out.splitlines()[1:]
    history = run(
        lambda net, trainer: training.train(net, BATCHES, BATCHES, trainer, 3)
    )
    printed = capsys.readouterr().out.splitlines()
    assert printed == repr(history).splitlines()
    assert len(expected) == len(printed) == len(history) == 3
    for theirs, ours in zip(expected, printed):
        assert theirs.split(", time")[0] == ours.split(", time")[0]
    assert history.train_acc[2] > 0.5


def batches_of(net_dtype, y_dtype, right, total, num_classes=4):
    """Batches of logits of which so many are right."""
    labels = np.arange(total) % num_classes
    answers = np.where(np.arange(total) < right, labels, labels - 1)
    logits = np.eye(num_classes)[answers]
    return [
        (
            nd.array(logits[i : i + 32], dtype=net_dtype),
            nd.array(labels[i : i + 32], dtype=y_dtype),
        )
        for i in range(0, total, 32)
    ]


class Scale(nn.HybridBlock):
    """Answers with its input, in any precision also on a CPU."""

    def __init__(self):
        super().__init__()
        with self.name_scope():
            self.scale = self.params.get("scale", shape=(1, 1))

    def hybrid_forward(self, F, x, scale):
        return F.broadcast_mul(x, scale)


@pytest.mark.parametrize("y_dtype", ["int32", "int64", "uint8", "float32"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_accuracy_is_a_quotient_of_integers(dtype, y_dtype):
    batches = batches_of(dtype, y_dtype, 29, 90)
    net = Scale()
    net.initialize(init.One())
    net.cast(dtype)
    accuracy = training.evaluate_accuracy(net, batches)
    assert type(accuracy) is float and accuracy == 29 / 90
    trainer = make_trainer(net, learning_rate=0.0, multi_precision=True)
    history = training.train(net, batches, batches, trainer, 1)
    assert history.train_acc == history.test_acc == [29 / 90]


def test_accuracy_of_many_classes_in_half_precision():
    """Where float16 cannot tell one class from the next."""
    batches = batches_of("float16", "int32", 2990, 3000, num_classes=3000)
    as_it_is = nn.HybridLambda(lambda F, x: x)
    assert training.evaluate_accuracy(as_it_is, batches) == 2990 / 3000


def test_evaluate_accuracy_equals_numpy():
    net = small_net()
    right = sum(
        (net(X).asnumpy().argmax(axis=1) == y.asnumpy()).sum() for X, y in BATCHES
    )
    assert training.evaluate_accuracy(net, BATCHES) == right / 90


def test_stdout_gets_the_epochs_and_stderr_nothing(capsys):
    net = small_net()
    training.train(net, BATCHES, BATCHES, make_trainer(net), 1)
    out, err = capsys.readouterr()
    assert out.startswith("epoch 1, loss ") and out.count("\n") == 1
    assert err == ""


def test_try_gpu():
    assert training.try_gpu() == (mx.gpu() if mx.context.num_gpus() else mx.cpu())


def test_try_gpu_tries_it(monkeypatch):
    def lost(*args, **kwargs):
        raise mx.MXNetError("no memory left")

    monkeypatch.setattr(mx.context, "num_gpus", lambda: 1)
    for zeros, expected in ((lost, mx.cpu()), (nd_zeros, mx.gpu())):
        monkeypatch.setattr(nd, "zeros", zeros)
        assert training.try_gpu() == expected


def nd_zeros(shape, ctx):
    """Stand in for a GPU that has memory."""
    return nd.array([0] * shape)


# Seeds


def test_seed_decides_order_and_dropout():
    runs = []
    for seed in 5, 5, 6:
        net = small_net()
        history = training.train(
            net, Shuffled(X, Y), BATCHES, make_trainer(net), 2, seed=seed
        )
        runs.append(history.loss)
    assert runs[0] == runs[1] != runs[2]


def test_the_same_seed_gives_the_same_crops():
    """Gluon draws them with Python's own `random`."""
    crop = gluon.data.vision.transforms.RandomResizedCrop(5, scale=(0.2, 1))
    image, crops = nd.arange(300).reshape((10, 10, 3)), []
    for seed in 3, 3, 4:
        training.seed_all(seed, 0)
        crops.append(crop(image).asnumpy().tolist())
    assert crops[0] == crops[1] != crops[2]


def test_a_constant_of_integers_is_no_lost_weight():
    class Permuted(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            order = nd.arange(4, dtype="int32")
            self.order = self.params.get_constant("order", order)
            self.net = small_net()
            self.register_child(self.net)

        def hybrid_forward(self, F, X, order):
            return F.take(self.net(X), order, axis=1)

    net = Permuted()
    net.order.initialize()
    history = training.train(net, BATCHES, BATCHES, make_trainer(net), 1, seed=0)
    assert len(history) == 1


def test_seeds_count_from_0():
    with pytest.raises(ValueError, match="epoch must be at least 0, not -1"):
        training.seed_all(0, -1)
    with pytest.raises(TypeError, match="seed must be an integer, not 1.5"):
        training.seed_all(1.5, 0)


def test_a_seed_of_numpy_is_kept(tmp_path):
    path = tmp_path / "run.params"
    losses = [
        train_some(path, seed=seed).loss for seed in (np.int64(5), np.uint8(5), 5)
    ]
    assert losses[0] == losses[1] == losses[2]


def test_without_seed_numpy_decides_and_advances_by_one_draw():
    runs = []
    for _ in range(2):
        np.random.seed(3)
        net = small_net()
        history = training.train(net, Shuffled(X, Y), BATCHES, make_trainer(net), 1)
        runs.append((history.loss, np.random.rand()))
    np.random.seed(3)
    np.random.randint(2**31)
    assert runs[0] == runs[1]
    assert runs[0][1] == np.random.rand()


# Checkpoints

OPTIMIZERS = {
    "momentum": lambda: ("sgd", {"momentum": 0.9, "wd": 1e-3}),
    "adam": lambda: ("adam", {"learning_rate": 0.01}),
    "nadam": lambda: ("nadam", {"learning_rate": 0.01}),
    "muon": lambda: ("muon", {"momentum": 0.9, "wd": 1e-3}),
    "plain": lambda: ("sgd", {}),
    "cosine": lambda: (
        "nag",
        {
            "momentum": 0.9,
            # over before the interruption, where it must stay at its end
            "lr_scheduler": lr_scheduler.CosineScheduler(5, 0.1, 0.02, 2),
        },
    ),
    "steps": lambda: (
        "sgd",
        {"lr_scheduler": lr_scheduler.MultiFactorScheduler([2, 8], 0.5, 0.1)},
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_resume_is_bit_identical(name, tmp_path):
    def run(num_epochs, **kwargs):
        net = small_net()
        optimizer, settings = OPTIMIZERS[name]()
        trainer = make_trainer(net, optimizer, **settings)
        history = training.train(
            net, Shuffled(X, Y), BATCHES, trainer, num_epochs, **kwargs
        )
        return net, history

    path = tmp_path / "new folder" / "run.params"
    whole, expected = run(4, seed=7)
    run(2, seed=7, checkpoint=path)
    np.random.rand(5)  # the state of generators does not matter
    net, history = run(4, checkpoint=path, resume=True)
    assert_same(net, whole)
    assert history.loss == expected.loss and len(history) == 4
    again, history = run(4, checkpoint=path, resume=True)  # all done before
    assert_same(again, whole)
    assert history.loss == expected.loss
    assert os.listdir(path.parent) == ["run.params"]


def test_resume_of_the_papers_network(tmp_path):
    """Large enough that MXNet uses all its threads."""
    X, y = make_data(40, 28)
    path = tmp_path / "run.params"

    def run(num_epochs, **kwargs):
        net = models.nin_mnist(batch_norm=True)
        mx.random.seed(1)
        net.initialize(init.MSRAPrelu())
        training.train(
            net,
            Shuffled(X, y),
            make_batches(X, y)[:1],
            make_trainer(net, momentum=0.9),
            num_epochs,
            seed=1,
            **kwargs,
        )
        return net

    whole = run(2)
    run(1, checkpoint=path)
    assert_same(run(2, checkpoint=path, resume=True), whole)


def train_some(path, net=None, trainer=None, num_epochs=1, **kwargs):
    net = net or small_net()
    return training.train(
        net,
        BATCHES,
        BATCHES,
        trainer or make_trainer(net, momentum=0.9),
        num_epochs,
        checkpoint=path,
        **kwargs,
    )


def test_resume_without_a_file_begins(tmp_path):
    path = tmp_path / "run.params"
    assert len(train_some(path, resume=True)) == 1
    assert path.exists()


def test_checkpoint_holds_no_pickle(tmp_path):
    path = tmp_path / "run.params"
    train_some(path)
    with np.load(path, allow_pickle=False) as arrays:
        arrays = dict(arrays)
    meta = json.loads(arrays["meta"].tobytes())
    assert meta["optimizer"] == "SGD" and len(meta["history"]["loss"]) == 1
    assert arrays["param/0.weight"].dtype == np.float32
    assert arrays["param/0.weight"].shape == (8, 1, 3, 3)
    assert arrays["state/0.weight"].shape == (8, 1, 3, 3)


def test_refuses_what_is_no_checkpoint(tmp_path):
    path = tmp_path / "run.params"
    train_some(path)
    good = path.read_bytes()
    net = small_net()
    net(BATCHES[0][0])
    net.save_parameters(str(tmp_path / "weights"))
    weights = (tmp_path / "weights").read_bytes()
    for content in good[:-9], good[: len(good) // 2], b"", b"x" * 99, weights:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"run\.params is not a check"):
            train_some(path, resume=True)
    assert path.read_bytes() == weights  # and leaves the file alone
    with pytest.raises(OSError, match=r"cannot be read \(Not a directory\)"):
        train_some(path / "below a file", resume=True)


@pytest.mark.parametrize("resume", [False, True])
def test_refuses_a_folder_before_the_first_epoch(tmp_path, resume, capsys):
    with pytest.raises(ValueError, match="is a folder: name a file in it"):
        train_some(tmp_path, resume=resume)
    assert "epoch 1" not in capsys.readouterr().out


def test_refuses_to_go_back(tmp_path):
    """Neither to fewer epochs, nor along a schedule that has gone on."""
    path = tmp_path / "run.params"
    train_some(path, num_epochs=2)
    net = small_net()
    net(BATCHES[0][0])
    before = values(net)
    with pytest.raises(ValueError, match="has 2 epochs behind it, more than num_e"):
        train_some(path, net, num_epochs=1, resume=True)
    for schedule, fits in (
        (lr_scheduler.FactorScheduler(99, 0.1), False),
        (lr_scheduler.CosineScheduler(99), True),
    ):
        trainer = make_trainer(net, momentum=0.9, lr_scheduler=schedule)
        schedule(100)
        if not fits:
            with pytest.raises(
                ValueError, match="FactorScheduler has lowered its rate after 99 steps"
            ):
                train_some(path, net, trainer, num_epochs=3, resume=True)
            assert all(map(np.array_equal, values(net), before))
            continue
        assert len(train_some(path, net, trainer, num_epochs=3, resume=True)) == 3


def test_refuses_another_network_or_optimizer(tmp_path):
    path = tmp_path / "run.params"
    train_some(path, seed=4)
    other = small_net(width=9)
    with pytest.raises(
        ValueError,
        match=r"run\.params is that of another network: .*0\.bias is \(8,\) "
        r"float32 in the file, \(9,\)",
    ):
        train_some(path, other, resume=True)
    for block, match in (
        (nn.Dense(3), r"6\.bias is only in the network; 6\.weight is only"),
        (nn.BatchNorm(), r"; 6\.running_mean is only .* and 1 more\. Build"),
    ):
        longer = small_net()
        longer.add(block)
        block.initialize()
        with pytest.raises(ValueError, match=match):
            train_some(path, longer, resume=True)
    shorter = nn.HybridSequential()
    shorter.add(small_net()[0])
    with pytest.raises(ValueError, match=r"1\.beta is only in the file; .*"):
        train_some(path, shorter, resume=True)
    net = small_net()
    net(BATCHES[0][0])
    before = values(net)
    with pytest.raises(ValueError, match="optimizer: SGD, not Adam"):
        train_some(path, net, make_trainer(net, "adam"), resume=True)
    with pytest.raises(ValueError, match="other states .*momentum"):
        train_some(path, net, make_trainer(net), resume=True)
    with pytest.raises(ValueError, match="seed=4, not 5"):
        train_some(path, net, resume=True, seed=5)
    part = gluon.Trainer(net[3].collect_params(), "sgd", {"momentum": 0.9})
    with pytest.raises(ValueError, match="of other parameters"):
        train_some(path, net, part, resume=True)
    assert all(map(np.array_equal, values(net), before))  # nothing changed


# Trainings that fail


def test_nan_is_noticed_at_once():
    net, seen = small_net(), []

    class Batches:
        def __iter__(self):
            for _ in range(50):
                seen.append(1)
                yield BATCHES[0]

    with pytest.raises(
        FloatingPointError,
        match=r"loss is (nan|inf) in epoch 1, batch \d, at .*rate 1e\+30.* "
        r"lower the learning rate \(to 1e\+29, say\)",
    ):
        training.train(
            net, Batches(), BATCHES, make_trainer(net, learning_rate=1e30), 1
        )
    assert len(seen) < 12


def test_nan_that_relu_hides_from_the_loss_is_noticed():
    net = plain_net()
    batches = [(X * np.nan, y) for X, y in BATCHES]
    with pytest.raises(FloatingPointError, match="weight is not finite"):
        training.train(net, batches, BATCHES, make_trainer(net), 1)


def plain_net(last_bias=0.0):
    net = nn.HybridSequential()
    net.add(nn.Conv2D(10, 3, activation="relu"), nn.GlobalAvgPool2D(), nn.Flatten())
    net.initialize(init.Normal(1e-4))
    net(BATCHES[0][0])
    net[0].bias.set_data(nd.ones(10) * last_bias)
    return net


def test_names_the_disease_of_a_loss_of_ln_10():
    net = plain_net(last_bias=-1)
    with pytest.warns(RuntimeWarning, match="exactly ln 10 = 2.3026: .*dead"):
        history = training.train(net, BATCHES, BATCHES, make_trainer(net), 1)
    assert abs(history.loss[0] - np.log(10)) < 1e-5
    net = plain_net(last_bias=1)
    trainer = make_trainer(net, learning_rate=1e-4)
    with pytest.warns(RuntimeWarning, match="near ln 10 .* a plateau"):
        training.train(net, BATCHES * 7, BATCHES, trainer, 1)


def test_a_last_image_without_logits_is_no_dead_network(recwarn):
    net = nn.HybridSequential()
    net.add(nn.Dense(10, use_bias=False, activation="relu"))
    net.initialize(init.Normal(0.01))
    X, y = BATCHES[0]
    batches = [*BATCHES[:2], (nd.zeros_like(X[:1]), y[:1])]
    training.train(net, batches, batches, make_trainer(net, learning_rate=1e-4), 1)
    assert not [w for w in recwarn if "dead" in str(w.message)]


def test_names_a_dead_layer_in_the_middle():
    net = nn.HybridSequential()
    net.add(nn.Dense(10, activation="relu"), nn.Dense(10))
    net.initialize(init.Normal(1e-4))
    net(BATCHES[0][0])
    net[0].bias.set_data(nd.ones(10) * -1)
    trainer = make_trainer(net, learning_rate=1e-4)
    with pytest.warns(RuntimeWarning, match="every image has the same log"):
        training.train(net, BATCHES * 7, BATCHES, trainer, 1)


def test_another_loss_is_not_judged(recwarn):
    net = plain_net(last_bias=-1)
    history = training.train(
        net,
        BATCHES,
        BATCHES,
        make_trainer(net),
        1,
        loss=lambda y_hat, y: (y_hat**2).mean(axis=1) + np.log(10),
    )
    assert abs(history.loss[0] - np.log(10)) < 1e-5
    assert not recwarn.list


def test_healthy_training_does_not_warn(recwarn):
    net = small_net(dropout=0)
    training.train(net, BATCHES * 7, BATCHES, make_trainer(net), 1)
    training.train(net, BATCHES[:1], BATCHES, make_trainer(net), 1)
    assert not recwarn.list


def test_interrupt_leaves_everything_usable():
    net = small_net()
    trainer = make_trainer(net, momentum=0.9)

    class Interrupted:
        def __iter__(self):
            yield BATCHES[0]
            raise KeyboardInterrupt

    np.random.seed(8)
    state, plain = np.random.get_state()[1].tolist(), random.getstate()
    with pytest.raises(KeyboardInterrupt):
        training.train(net, Interrupted(), BATCHES, trainer, 1, seed=0)
    assert np.random.get_state()[1].tolist() == state
    assert random.getstate() == plain
    history = training.train(net, BATCHES, BATCHES, trainer, 1, seed=0)
    assert np.isfinite(history.loss[0])


# Arguments that do not fit


def bad_shapes_in_training(net, batches):
    trainer = gluon.Trainer(net.collect_params(), "sgd")
    training.train(net, batches, batches, trainer, 1)


def bad(error, match, **changes):
    net = changes.pop("net", None) or small_net()
    arguments = {
        "net": net,
        "train_iter": BATCHES,
        "test_iter": BATCHES,
        "num_epochs": 1,
        **changes,
    }
    if "trainer" not in arguments:
        arguments["trainer"] = make_trainer(net)
    with pytest.raises(error, match=match):
        training.train(**arguments)


class Once:
    """Looks as if it began anew each time."""

    def __init__(self, batches):
        self._left = iter(batches)

    def __iter__(self):
        return (batch for batch in self._left)


@pytest.mark.parametrize("step", [training.evaluate_accuracy, bad_shapes_in_training])
@pytest.mark.parametrize(
    "labels, flat", [((3, 1), True), ((3,), False)], ids=["labels", "network"]
)
def test_shapes_that_numpy_would_broadcast_are_refused(step, labels, flat):
    net = nn.HybridSequential()
    net.add(nn.Conv2D(4, 3), nn.GlobalAvgPool2D(), *[nn.Flatten()] * flat)
    net.initialize()
    shape = (3, 4) if flat else (3, 4, 1, 1)
    message = re.escape(f"net returns {shape} for labels of shape {labels}")
    with pytest.raises(ValueError, match=message):
        step(net, [(nd.ones((3, 1, 8, 8)), nd.zeros(labels))])


class Again:
    """Begins anew each time, and gives itself."""

    def __iter__(self):
        self._left = list(BATCHES)
        return self

    def __next__(self):
        if not self._left:
            raise StopIteration
        return self._left.pop()


@pytest.mark.parametrize("batches", [Again(), gluon.data.SimpleDataset(BATCHES)])
def test_whatever_begins_anew_is_taken(batches):
    net = small_net()
    history = training.train(net, batches, batches, make_trainer(net), 2)
    assert len(history) == 2


@pytest.mark.parametrize(
    "label, dtype",
    [
        (-1, "float32"),
        (99, "float32"),
        (99, "uint8"),
        (-1, "int8"),
        (np.nan, "float32"),
        (0.5, "float32"),
    ],
)
@pytest.mark.parametrize("name", ["train_iter", "test_iter"])
def test_labels_that_are_no_class_are_refused(name, label, dtype):
    X, y = BATCHES[1]
    X = nd.concat(*[X] * (256 // len(X) + 1), dim=0)[:256]  # 256 is 0 in a byte
    y = nd.full((256,), label, dtype=dtype)
    wrong = [BATCHES[0], (X, y)]
    num_classes = small_net()(X).shape[1]
    bad(
        ValueError,
        f"{len(y)} labels of batch 2 of {name} are not integers from 0 to "
        f"{num_classes - 1}",
        **{name: wrong},
    )


def test_bytes_may_be_labels_of_more_classes_than_a_byte_can_count():
    X, y = BATCHES[0]
    net = nn.Dense(1000)
    net.initialize(init.Normal(1))
    batches = [(X, y.astype("uint8"))]
    assert len(training.train(net, batches, batches, make_trainer(net), 1)) == 1


def test_a_loss_is_one_number_an_example():
    message = r"loss returns \(1,\) for 32 examples: it must be \(32,\)"
    bad(ValueError, message, loss=lambda y_hat, y: y_hat.mean())


def test_gradients_that_are_added_up_are_refused():
    net = small_net()
    net.collect_params().setattr("grad_req", "add")
    bad(ValueError, "grad_req='write'", net=net, trainer=make_trainer(net))


def test_a_network_with_two_outputs_is_named():
    two = nn.HybridLambda(lambda F, x: (x, x))
    with pytest.raises(TypeError, match="must return one NDArray of logits"):
        training.evaluate_accuracy(two, BATCHES)


def test_a_store_that_updates_cannot_be_saved():
    """MXNet's default depends on the kind of store."""
    net = small_net()
    for store, fits in (("device", True), (None, True), (mx.kv.create("local"), False)):
        trainer = gluon.Trainer(net.collect_params(), "sgd", kvstore=store)
        if fits:
            assert checks.check_checkpoint(trainer, 0, "never", False) == 0
            continue
        with pytest.raises(ValueError, match="update_on_kvstore=False"):
            checks.check_checkpoint(trainer, 0, "never", False)


def test_bad_arguments():
    bad(ValueError, "num_epochs must be at least 1, not 0", num_epochs=0)
    bad(TypeError, "num_epochs must be an integer, not 1.5", num_epochs=1.5)
    bad(ValueError, "train_iter is empty", train_iter=[])
    bad(ValueError, "test_iter is empty", test_iter=[])
    bad(ValueError, "test_iter gave no batch: .*not a generator", test_iter=iter([]))
    bad(
        ValueError,
        "train_iter gave no batch: .*not a generator",
        train_iter=Once(BATCHES),
        num_epochs=2,
    )
    for name in ("train_iter", "test_iter"):
        bad(TypeError, f"{name} must be an iterable", **{name: None})
        message = f"{name} is a generator, which ends after one epoch"
        bad(ValueError, message, num_epochs=2, **{name: (b for b in BATCHES)})
    bad(TypeError, r"ctx must be one device.*\[cpu", ctx=[CTX])
    bad(ValueError, r"net is on cpu\(0\), not on cpu\(1\)", ctx=mx.cpu(1))
    two = small_net()
    two.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])
    bad(ValueError, r"net is on 2 devices, \['cpu\(0\)', 'cpu", net=two)
    net = small_net()
    on_server = gluon.Trainer(
        net.collect_params(), "sgd", kvstore="dist_sync", update_on_kvstore=1
    )
    bad(
        ValueError,
        "make the Trainer with update_on_kvstore=False",
        net=net,
        trainer=on_server,
        checkpoint="never",
    )
    bad(ValueError, "which net does not have", trainer=small_trainer())
    bad(TypeError, "must be a mxnet.gluon.Trainer", trainer="sgd")
    bad(ValueError, "seed must be at least 0, not -1", seed=-1)
    bad(TypeError, "seed must be an integer, not True", seed=True)
    bad(TypeError, "seed must be an integer, not 1.5", seed=1.5)
    bad(TypeError, "resume must be True or False, not 'no'", resume="no")
    bad(TypeError, "progress must be True or False, not 'no'", progress="no")
    arrays = [(X.asnumpy(), y) for X, y in BATCHES]
    bad(TypeError, "X of a batch must be an NDArray, not ndarray", train_iter=arrays)
    bad(TypeError, r"checkpoint must be a path, not 7 \(int\)", checkpoint=7)
    bad(ValueError, "resume=True needs checkpoint=", resume=True)
    net = nn.HybridSequential()
    net.add(nn.Dense(4))
    bad(ValueError, r"net\.initialize", net=net, trainer=small_trainer())


def small_trainer():
    return make_trainer(small_net())


def test_evaluate_accuracy_bad_arguments():
    with pytest.raises(ValueError, match="data_iter gave no batch"):
        training.evaluate_accuracy(small_net(), [])
    with pytest.raises(TypeError, match="first argument"):
        training.evaluate_accuracy(BATCHES, small_net())
    labels = [(X, y.asnumpy()) for X, y in BATCHES]
    with pytest.raises(TypeError, match=r"y of a batch .*: use nd\.array\(y\)"):
        training.evaluate_accuracy(small_net(), labels)
