"""The filter and the micro network in training: arithmetic and use."""

import math
import re

import nin_utils  # noqa: F401

import numpy as np
import pytest
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

from helpers import ROOT
from helpers.widgets import PHONE, STILL, arithmetic

NAME = "train"
LN2 = math.log(2)
PATCHES = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
TARGETS = np.array([0, 1, 1, 0])
WIDTHS = [[2, 1], [2, 1, 1], [2, 2, 1], [2, 8, 8, 1], [2, 4, 4, 4, 1]]


# The arithmetic alone


@pytest.fixture(scope="module")
def micro(browser):
    """A page with the arithmetic and nothing else."""
    with arithmetic(browser, "core/chance.js", "train/micro.js") as page:
        yield page


def random_weights(widths, rng):
    return [
        [rng.normal(size=(outputs, inputs)), rng.normal(size=outputs)]
        for inputs, outputs in zip(widths, widths[1:])
    ]


def gluon_net(weights):
    """Return the convolutions of these weights, for inputs (N, 1, 1, 2)."""
    net = nn.HybridSequential()
    for at, (W, _) in enumerate(weights):
        last = at == len(weights) - 1
        window, channels = ((1, 1), W.shape[1]) if at else ((1, 2), 1)
        activation = None if last else "relu"
        net.add(nn.Conv2D(len(W), window, in_channels=channels, activation=activation))
    net.initialize()
    net.cast("float64")
    for layer, (W, b) in zip(net, weights):
        layer.weight.set_data(nd.array(W, dtype="float64").reshape(layer.weight.shape))
        layer.bias.set_data(nd.array(b, dtype="float64"))
    return net


def values(net, of):
    """Return all numbers of the network in one row."""
    arrays = (of(p).asnumpy() for layer in net for p in (layer.weight, layer.bias))
    return np.concatenate([array.reshape(-1) for array in arrays])


def by_mxnet(weights, rate, steps):
    """Return loss and gradient, then loss and weights after some steps."""
    net = gluon_net(weights)
    X = nd.array(PATCHES, dtype="float64").reshape((4, 1, 1, 2))
    y = nd.array(TARGETS, dtype="float64").reshape((4, 1, 1, 1))
    loss = gluon.loss.SigmoidBinaryCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": rate})
    losses = []
    for at in range(steps + 1):
        with autograd.record():
            found = loss(net(X), y)
        losses.append(found.mean().asscalar())
        found.backward()
        if at == 0:
            slopes = values(net, lambda p: p.grad()) / 4
        if at < steps:
            trainer.step(4)
    return losses, slopes, values(net, lambda p: p.data())


def by_script(page, weights, rate, steps):
    """Return the same, by the script."""
    found = page.evaluate(
        """([weights, rate, steps]) => {
          const { create, evaluate, gradients, step } = NinLab.micro;
          const net = create(weights[0][1].length, weights.length - 1, 1);
          net.layers.forEach(({ b, W }, at) => {
            W.value.set(weights[at][0].flat());
            b.value.set(weights[at][1]);
          });
          const all = (key) =>
            net.layers.flatMap(({ b, W }) => [...W[key], ...b[key]]);
          gradients(net);
          const slopes = all("slope"), losses = [evaluate(net).loss];
          for (let i = 0; i < steps; i++) {
            step(net, rate);
            losses.push(evaluate(net).loss);
          }
          return [losses, slopes, all("value")];
        }""",
        [[[W.tolist(), b.tolist()] for W, b in weights], rate, steps],
    )
    return [np.array(part) for part in found]


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_loss_gradients_and_ten_steps_equal_mxnet(micro, widths):
    weights = random_weights(widths, np.random.default_rng(len(widths)))
    expected = by_mxnet(weights, rate=0.05, steps=10)
    found = by_script(micro, weights, rate=0.05, steps=10)
    assert found[0][0] == pytest.approx(expected[0][0], abs=1e-12)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-12)
    for mine, theirs in ((found[0], expected[0]), (found[2], expected[2])):
        # The optimiser of MXNet holds its rates as float32.
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-5)
    assert np.abs(expected[1]).max() > 0.01  # there is something to compare
    start = np.concatenate([part.reshape(-1) for pair in weights for part in pair])
    assert np.abs(found[2] - start).max() > 0.1


CREATED = """([channels, layers, seeds]) => seeds.map((seed) =>
  NinLab.micro.create(channels, layers, seed).layers.map(
    ({ b, W }) => [[...W.value], [...b.value]]))"""


def test_starts_are_those_of_xavier_and_can_be_repeated(micro):
    nets = micro.evaluate(CREATED, [8, 2, list(range(1, 201))])
    assert nets == micro.evaluate(CREATED, [8, 2, list(range(1, 201))])
    assert len({str(net) for net in nets}) == 200
    for at, shape in enumerate([(8, 1, 1, 2), (8, 8, 1, 1), (1, 8, 1, 1)]):
        mine = np.array([net[at][0] for net in nets])
        theirs = nd.zeros((200, *shape))
        for row in theirs:
            init.Xavier(magnitude=2)(init.InitDesc("weight"), row)
        theirs = theirs.asnumpy()
        assert abs(mine).max() == pytest.approx(abs(theirs).max(), rel=0.02)
        assert mine.std() == pytest.approx(theirs.std(), rel=0.05)
        assert abs(mine.mean()) < 0.05 * mine.std() + 0.01
        assert not np.any([net[at][1] for net in nets])


TRAINED = """([channels, layers, rate, seeds]) => seeds.map((seed) => {
  const { create, evaluate, step } = NinLab.micro;
  const net = create(channels, layers, seed);
  for (let i = 0; i < 200; i++) step(net, rate);
  const numbers = net.layers.flatMap(({ b, W }) => [...W.value, ...b.value]);
  return { ...evaluate(net), most: Math.max(...numbers.map(Math.abs)) };
})"""
SEEDS = list(range(1, 41))


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2, 1])
def test_filter_always_ends_at_ln_2_with_weights_of_0(micro, rate):
    for net in micro.evaluate(TRAINED, [0, 0, rate, SEEDS]):
        assert net["loss"] == pytest.approx(LN2, abs=1e-4)
        assert net["loss"] >= LN2 - 1e-15
        assert net["most"] < 0.05
        assert net["right"] <= 3


def test_filter_of_weights_0_is_the_optimum(micro):
    zero = [[np.zeros((1, 2)), np.zeros(1)]]
    losses, slopes, _ = by_script(micro, zero, rate=0.05, steps=0)
    assert losses[0] == LN2
    assert not slopes.any()


def test_one_channel_is_a_filter_again_and_two_are_not(micro):
    # One patch is told from three, of which two are edges.
    least = 0.75 * math.log(3) - 0.5 * LN2
    for layers in (1, 2, 3):
        nets = micro.evaluate(TRAINED, [1, layers, 0.2, SEEDS])
        assert max(net["right"] for net in nets) == 3
        best = min(net["loss"] for net in nets)
        assert least < best < least + 0.001
    nets = micro.evaluate(TRAINED, [2, 1, 0.05, SEEDS])
    rights = [net["right"] for net in nets]
    assert 4 in rights and 3 in rights


@pytest.mark.parametrize("language", ["en", "zh"])
def test_still_table_counts_what_the_script_counts(micro, language):
    text = (ROOT / "book" / language / "01_mlpconv.md").read_text()
    still = re.search(r"<nin-train.*?</nin-train>", text, re.DOTALL)[0]
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", still, re.M)
    assert [row[0] for row in rows] == ["1", "2", "4", "8"]
    for channels, *counts in rows:
        for layers, count in enumerate(counts, start=1):
            found = micro.evaluate(
                f"NinLab.micro.solved({channels}, {layers}, 0.05, 200, 20)"
            )
            assert found == int(count), (channels, layers)


# The widget


@pytest.fixture
def train(shared):
    """The widget as it is at first."""
    shared.get("widget.stop()")
    shared.get("widget.set({channels: 8, layers: 2, rate: 0.05, seed: 1})")
    return shared


def choose(train, group, value):
    group = train.element.get_by_role("group", name=group)
    group.get_by_role("button", name=value, exact=True).click()


def steps(train):
    return train.get("widget.steps")


def panel(train, name):
    return train.element.get_by_role("region", name=name)


def said(train, name):
    return panel(train, name).locator(".say").inner_text()


def finish(train):
    """Train to the end."""
    train.get("widget.learn(200)")
    assert steps(train) == 200


def test_train_pause_step_and_start_again_by_mouse(train):
    first = train.get("widget.result")
    with train.slow_motion():
        train.button("Train").click()
        train.page.wait_for_function("document.querySelector('nin-train').steps > 5")
        train.button("Pause").click()
    paused = steps(train)
    train.page.wait_for_timeout(100)
    assert steps(train) == paused < 200
    train.button("Step").click()
    assert steps(train) == paused + 1
    assert len(train.get("widget.history.micro")) == paused + 2
    train.button("Start again").click()
    assert steps(train) == 0
    assert train.get("widget.result") == first
    train.button("New start").click()
    assert train.get("widget.result") != first
    assert train.element.get_by_text("Start 2, step 0 of 200").first.is_visible()


def test_training_ends_by_itself_and_can_begin_again(train):
    train.button("Train").click()
    train.page.wait_for_function(
        "document.querySelector('nin-train').steps === 200", timeout=60_000
    )
    train.wait()
    assert train.button("Train").count() == 1
    assert "loss 0.693" in panel(train, "One filter").inner_text()
    assert said(train, "One filter").startswith("Settled at ln 2")
    assert "4 of 4 right" in panel(train, "Micro network").inner_text()
    assert said(train, "Micro network").startswith("All four right")
    status = train.element.get_by_role("status").text_content()
    assert status.startswith("Start 1, step 200 of 200. One filter: loss 0.693")
    train.button("Step").click()
    assert steps(train) == 1
    assert said(train, "One filter") == ""


def test_settings_by_keyboard_begin_anew_and_change_the_network(train):
    before = train.get("widget.result.micro.loss")
    group = train.element.get_by_role("group", name="Hidden channels")
    group.get_by_role("button", name="1", exact=True).focus()
    train.page.keyboard.press("Tab")
    train.page.keyboard.press("Enter")
    pressed = train.element.locator("[aria-pressed=true]").all_inner_texts()
    assert pressed == ["2", "2", "0.05"]
    assert train.get("widget.nets.micro.layers.map(l => l.outputs)") == [2, 2, 1]
    assert train.get("widget.result.micro.loss") != before
    choose(train, "1×1 convolutions", "3")
    assert train.get("widget.nets.micro.layers.map(l => l.outputs)") == [2, 2, 2, 1]
    choose(train, "Learning rate", "0.2")
    assert train.get("widget.rate") == 0.2
    assert train.get("widget.nets.filter.layers.length") == 1
    train.button("Step").focus()
    train.page.keyboard.press("Space")
    assert steps(train) == 1


def test_a_setting_changed_while_it_runs_lets_it_run_on(train):
    with train.slow_motion():
        train.button("Train").click()
        train.page.wait_for_function("document.querySelector('nin-train').steps > 30")
        choose(train, "Hidden channels", "4")
        assert train.button("Pause").count() == 1
        assert train.get("widget.nets.micro.layers[0].outputs") == 4
        assert steps(train) < 30
        train.page.wait_for_function("document.querySelector('nin-train').steps > 3")
        train.button("Pause").click()


def test_the_widget_says_why_one_channel_is_not_enough(train):
    choose(train, "Hidden channels", "1")
    for layers in "123":
        choose(train, "1×1 convolutions", layers)
        assert said(train, "Micro network") == ""
        finish(train)
        assert said(train, "Micro network").startswith("At most 3 of 4")


def test_two_channels_get_there_from_some_starts_only(train):
    choose(train, "Hidden channels", "2")
    found = set()
    for _ in range(3):
        finish(train)
        found.add(said(train, "Micro network").split(" ")[0])
        train.button("New start").click()
    assert found == {"All", "Stuck"}


def test_twenty_starts_are_counted_for_each_width(train):
    train.button("20 starts for each width").click()
    cards = train.element.locator(".cards div")
    texts = [" ".join(text.split()) for text in cards.all_inner_texts()]
    counts = train.page.evaluate(
        "[1, 2, 4, 8].map(n => NinLab.micro.solved(n, 2, 0.05, 200, 20))"
    )
    assert texts == [f"{n} hidden {count}/20" for n, count in zip((1, 2, 4, 8), counts)]
    choose(train, "Hidden channels", "2")
    assert cards.count() == 4
    choose(train, "Learning rate", "1")
    assert cards.count() == 0


SCORE = "points.map((p) => NinLab.micro.score(widget.nets.{net}, p))"


def scores(train, net, points):
    """Return the score of points of the plane, (n, 2)."""
    call = SCORE.format(net=net)
    return np.array(
        train.element.evaluate(
            f"(widget, points) => {call}", np.asarray(points).tolist()
        )
    )


@pytest.mark.parametrize("net, place", [("filter", 0), ("micro", 1)])
def test_border_and_colours_are_those_of_the_network(train, net, place):
    train.get("widget.learn(12)")
    path = train.element.locator("path.border").nth(place).get_attribute("d")
    points = [tuple(map(float, p.split())) for p in re.split("[ML]", path)[1:]]
    a, down = np.array(points).T
    assert len(a) > 50 and np.abs([a, down]).max() <= 1.6
    spread = np.abs(scores(train, net, PATCHES * 1.6)).max()
    assert np.abs(scores(train, net, np.c_[a, -down])).max() < 0.02 * spread
    if net == "filter":  # the line w1 a + w2 b + c = 0
        W, b = train.get(
            "widget.nets.filter.layers.map(l => [[...l.W.value], [...l.b.value]])[0]"
        )
        assert np.abs(W[0] * a - W[1] * down + b[0]).max() < 0.002
    colours = np.array(
        train.get(
            f"[...widget.shadowRoot.querySelectorAll('.plane canvas')[{place}]"
            ".getContext('2d').getImageData(0, 0, 48, 48).data]"
        )
    ).reshape(48, 48, 4)
    line = np.linspace(-1.6, 1.6, 48)
    grid = np.stack(np.meshgrid(line, -line), axis=-1).reshape(-1, 2)
    found = scores(train, net, grid).reshape(48, 48)
    sure = np.abs(found) > 0.02 * spread
    orange = colours[..., 0] > colours[..., 2]
    assert 0.1 < (found > 0).mean() < 0.9
    assert (orange == (found > 0))[sure].all()
    wrong = train.get(
        f"[...widget.shadowRoot.querySelectorAll('.panel')[{place}]"
        ".querySelectorAll('.cross')].map(e => getComputedStyle(e).display !== 'none')"
    )
    assert wrong == ((scores(train, net, PATCHES) > 0) != TARGETS).tolist()


def test_curve_is_the_loss_and_ln_2_is_where_it_belongs(train):
    finish(train)
    for place, net in enumerate(("filter", "micro")):
        path = train.element.locator("path.curve").nth(place).get_attribute("d")
        points = np.array([p.split() for p in path[1:].split("L")], dtype=float)
        assert points[:, 0].tolist() == list(range(201))
        losses = np.minimum(train.get(f"widget.history.{net}"), 1.2)
        np.testing.assert_allclose(1.2 - points[:, 1], losses, atol=1e-4)
        chart = panel(train, ("One filter", "Micro network")[place]).locator(".chart")
        box, mark = chart.bounding_box(), chart.locator(".ln2").bounding_box()
        height = box["y"] + box["height"] - 1 - mark["y"] - mark["height"]
        assert height / (box["height"] - 1) == pytest.approx(LN2 / 1.2, abs=0.02)
    # A filter that says 50 % everywhere has no border.
    assert train.element.locator("path.border").first.get_attribute("d") == ""


def test_reduced_motion_jumps_to_the_end(window):
    with window(**STILL) as train:
        train.forbid_motion()
        train.button("Train").click()
        assert steps(train) == 200 and train.button("Train").count() == 1
        assert said(train, "Micro network").startswith("All four right")
        train.button("Train").click()
        assert steps(train) == 200


def test_phone_in_chinese_by_touch(window):
    with window("zh", **PHONE) as train:
        assert train.too_wide() <= 0
        assert train.smallest_target() >= 44
        train.button("走一步").tap()
        assert steps(train) == 1
        group = train.element.get_by_role("group", name="隐藏通道")
        group.get_by_role("button", name="1", exact=True).tap()
        assert steps(train) == 0
        finish(train)
        assert said(train, "微小网络").startswith("最多对三种")
        assert said(train, "一个卷积核").startswith("停在 ln 2")
        train.button("每种宽度试 20 个起点").tap()
        assert train.element.locator(".cards").inner_text().count("/20") == 4
        above, below = (
            box.bounding_box() for box in train.element.locator(".panel").all()
        )
        assert above["y"] + above["height"] < below["y"]
        assert train.too_wide() <= 0
