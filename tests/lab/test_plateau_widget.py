"""The network that sleeps, wakes or dies: arithmetic and use."""

import math
import re

import nin_utils  # noqa: F401

import numpy as np
import pytest
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

from booktools.browser import wait_until
from helpers import ROOT
from helpers.widgets import PHONE, STILL, arithmetic

NAME = "plateau"
LN10 = math.log(10)
WIDTHS = [32, 32, 32, 10, 10, 10]
SIGNS = {"blind": "∅", "dead": "†", "diverges": "∞", "learns": "✓", "plateau": "≈"}


# The arithmetic alone


@pytest.fixture(scope="module")
def math_page(browser):
    """A page with the arithmetic and nothing else."""
    scripts = "core/chance.js", "plateau/network.js", "plateau/patient.js"
    with arithmetic(browser, *scripts) as page:
        yield page


def by_mxnet(weights, last_relu, X, y, rate, steps):
    """Return logits, losses, gradients of the first and weights after the last step."""
    net = nn.HybridSequential()
    for at, (W, _) in enumerate(weights):
        relu = last_relu or at < len(weights) - 1
        net.add(nn.Dense(len(W), in_units=W.shape[1], activation="relu" * relu or None))
    net.initialize()
    net.cast("float64")
    for layer, (W, b) in zip(net, weights):
        layer.weight.set_data(nd.array(W, dtype="float64"))
        layer.bias.set_data(nd.array(b, dtype="float64"))
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": rate})
    params = [p for layer in net for p in (layer.weight, layer.bias)]
    losses, first = [], None
    for _ in range(steps):
        with autograd.record():
            logits = net(nd.array(X, dtype="float64"))
            found = loss(logits, nd.array(y, dtype="float64")).mean()
        found.backward()
        losses.append(found.asscalar())
        first = first or (logits.asnumpy(), [p.grad().asnumpy() for p in params])
        trainer.step(1)
    return first[0], losses, first[1], [p.data().asnumpy() for p in params]


BY_SCRIPT = """([weights, lastRelu, x, labels, rate, steps]) => {
  const { create, largestGradient, step } = NinLab.network;
  const widths = [weights[0][0][0].length, ...weights.map(([, b]) => b.length)];
  const net = create(widths, lastRelu), losses = [];
  net.layers.forEach(({ W, b }, at) => {
    W.set(weights[at][0].flat());
    b.set(weights[at][1]);
  });
  const all = (W, b) => net.layers.flatMap((one) => [[...one[W]], [...one[b]]]);
  let logits, slopes, most;
  for (let i = 0; i < steps; i++) {
    const found = step(net, Float64Array.from(x.flat()), labels, rate);
    losses.push(found.loss);
    if (i) continue;
    logits = [...found.logits];
    slopes = all("gW", "gb");
    most = largestGradient(net);
  }
  return [logits, losses, slopes, all("W", "b"), most];
}"""


@pytest.mark.parametrize("last_relu", [True, False])
@pytest.mark.parametrize("widths", [WIDTHS, [5, 7, 3]], ids=str)
def test_logits_gradients_and_ten_steps_equal_mxnet(math_page, widths, last_relu):
    rng = np.random.default_rng(len(widths))
    weights = [
        (rng.normal(0, (2 / i) ** 0.5, (o, i)), rng.normal(0, 0.1, o))
        for i, o in zip(widths, widths[1:])
    ]
    X = np.abs(rng.normal(size=(32, widths[0])))
    y = rng.integers(0, widths[-1], 32)
    expected = by_mxnet(weights, last_relu, X, y, rate=0.0625, steps=10)
    lists = [[W.tolist(), b.tolist()] for W, b in weights]
    found = math_page.evaluate(
        BY_SCRIPT, [lists, last_relu, X.tolist(), y.tolist(), 0.0625, 10]
    )
    close = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(found[0], expected[0].reshape(-1), **close)
    np.testing.assert_allclose(found[1], expected[1], **close)
    for part in (2, 3):
        for mine, theirs in zip(found[part], expected[part]):
            np.testing.assert_allclose(mine, theirs.reshape(-1), **close)
    assert found[4] == pytest.approx(max(abs(g).max() for g in expected[2]))
    assert found[4] > 0.01 and expected[1][-1] < expected[1][0]
    off = (expected[0] == 0).mean()  # some ReLUs are off, others not
    assert 0 < off < 1 if last_relu else off == 0


def test_vectors_are_like_those_of_the_chapter(math_page):
    x, labels = math_page.evaluate(
        """() => {
          const { vectors } = new NinLab.patient.Patient(
            { init: "Xavier", lastRelu: true, rate: 1, seed: 1 });
          return [[...vectors.x], [...vectors.labels]];
        }"""
    )
    x = np.array(x).reshape(len(labels), WIDTHS[0])
    assert x.min() == 0
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    assert f"{(unit @ unit.T).mean():.2f}" == "0.98"  # as the chapter prints
    assert np.bincount(labels).tolist() == [32] * 10
    means = np.array([x[np.array(labels) == k].mean(axis=0) for k in range(10)])
    nearest = ((x[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == labels).mean() > 0.9  # there is something to learn


@pytest.mark.parametrize("name", ["Normal(0.05)", "Xavier", "MSRAPrelu"])
def test_initialisations_are_those_of_mxnet(math_page, name):
    mine = math_page.evaluate(
        """(name) => {
          const random = NinLab.network.generator(1);
          return Array.from({ length: 60000 }, () => NinLab.patient.INITS[name](
            { inputs: 300, outputs: 200 }, random));
        }""",
        name,
    )
    start = init.Normal(0.05) if name == "Normal(0.05)" else getattr(init, name)()
    theirs = nd.zeros((200, 300))
    start(init.InitDesc("weight"), theirs)
    theirs = theirs.asnumpy()
    assert np.std(mine) == pytest.approx(theirs.std(), rel=0.02)
    assert abs(np.mean(mine)) < 0.02 * theirs.std() + 1e-3
    quantiles = [0.01, 0.1, 0.25, 0.75, 0.9, 0.99]
    np.testing.assert_allclose(
        np.quantile(mine, quantiles), np.quantile(theirs, quantiles), rtol=0.06
    )


# A patient with its last layers made by hand.
HAND_MADE = """([lastRelu, change]) => {
  const patient = new NinLab.patient.Patient(
    { init: "MSRAPrelu", lastRelu, rate: 0.1, seed: 1 });
  const layers = patient.net.layers;
  const make = {
    none() {},
    lastOff() { layers[4].b.fill(-100); },
    middleOff() { layers[3].b.fill(-100); layers[4].b.fill(0.1); },
    nothingAtAll() { for (const { W } of layers) W.fill(0); },
    huge() { for (const { W } of layers) W.fill(1e90); },
  };
  make[change]();
  const before = patient.look();
  const weights = () => layers.flatMap(({ W, b }) => [...W, ...b]);
  const first = weights();
  patient.train(20);
  const moved = weights().some((w, i) => w !== first[i]);
  return [before, moved];
}"""


@pytest.mark.parametrize(
    "last_relu, change, verdict",
    [
        (True, "none", "plateau"),
        (False, "none", "plateau"),
        (True, "lastOff", "dead"),
        (False, "lastOff", "plateau"),
        (True, "middleOff", "blind"),
        (False, "middleOff", "blind"),
        (True, "nothingAtAll", "dead"),
        (True, "huge", "diverges"),
    ],
)
def test_verdicts_on_networks_made_by_hand(math_page, last_relu, change, verdict):
    found, moved = math_page.evaluate(HAND_MADE, [last_relu, change])
    assert found["verdict"] == verdict
    if verdict == "dead":
        assert found["gradient"] == 0 and found["dead"] == 10 and not moved
        assert found["means"] == [0] * 10 and found["accuracy"] == 0.1
    if verdict in ("blind", "dead"):
        assert found["loss"] == pytest.approx(LN10, abs=1e-12)
    if verdict == "blind":
        assert found["means"] == pytest.approx([0.1] * 10) and found["dead"] == 0
    if verdict == "plateau":
        assert found["gradient"] > 0 and moved
    if verdict == "diverges":
        assert not (found["loss"] and math.isfinite(found["loss"]))


def test_learning_begins_0_05_below_ln_10(math_page):
    found = math_page.evaluate(
        """[0.06, 0.04, -1].map((gain) => NinLab.patient.verdict(
          Float64Array.of(1, 0, 0, 1), 2, Math.log(10) - gain))"""
    )
    assert found == ["learns", "plateau", "plateau"]


def test_judge_counts_loss_and_accuracy(math_page):
    rng = np.random.default_rng(0)
    logits, labels = 30 * rng.normal(size=(50, 10)), rng.integers(0, 10, 50)
    found = math_page.evaluate(
        "([logits, labels]) => NinLab.network.judge(Float64Array.from(logits), labels)",
        [logits.reshape(-1).tolist(), labels.tolist()],
    )
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert found["loss"] == pytest.approx(-log_p[range(50), labels].mean())
    assert found["accuracy"] == (logits.argmax(axis=1) == labels).mean()


FATES = """([settings, steps, seeds]) => Array.from({ length: seeds }, (_, i) => {
  const patient = new NinLab.patient.Patient({ ...settings, seed: i + 1 });
  return steps.map((n) => {
    patient.train(n - patient.steps);
    return patient.look().verdict;
  });
})"""


def fates(page, steps, seeds, **settings):
    settings = {"init": "Xavier", "lastRelu": True, **settings}
    return page.evaluate(FATES, [settings, steps, seeds])


def test_fates_are_those_that_the_page_tells(math_page):
    for slept, woke in fates(math_page, [400, 2000], 1, rate=0.01):
        assert (slept, woke) == ("plateau", "learns")
    died = fates(math_page, [300], 4, rate=1)
    assert died == [["dead"]] * 4
    assert died == fates(math_page, [300], 4, rate=1)
    assert fates(math_page, [300], 4, rate=1, lastRelu=False) == [["blind"]] * 4
    learnt = fates(math_page, [400], 4, rate=0.03, init="MSRAPrelu")
    assert learnt == [["learns"]] * 4
    lost = fates(math_page, [200], 4, rate=0.1, init="Normal(0.05)")
    assert lost == [["dead"]] * 4


def test_fates_of_20_seeds_are_those_that_chapter_7_tells(math_page):
    hot = sum(fates(math_page, [1000], 20, rate=0.3), [])
    assert hot.count("dead") >= 17
    bare = sum(fates(math_page, [1000], 10, rate=0.3, lastRelu=False), [])
    assert bare.count("blind") >= 8
    warm = sum(fates(math_page, [1000], 20, rate=0.1), [])
    assert warm.count("learns") > 10 and 0 < warm.count("dead") < 6
    for slept, woke in fates(math_page, [200, 2000], 10, rate=0.01):
        assert (slept, woke) == ("plateau", "learns")


# The widget


@pytest.fixture
def plateau(shared):
    """The widget as it is at first."""
    for name in ("0.1", "Xavier"):
        shared.button(name).click()
    if not shared.get("widget.settings.lastRelu"):
        shared.button("ReLU at the end").click()
    shared.get("widget.change({ seed: 1 })")
    return shared


def facts(widget):
    """Return the numbers that are shown, as texts."""
    cells = widget.element.locator("dd").all()
    return {one.get_attribute("data-fact"): one.inner_text() for one in cells}


def sign(widget):
    return widget.element.locator(".sign").inner_text()


def curves(widget, chart):
    """Return the points of each line of a chart, in pixels."""
    paths = widget.element.locator(f".{chart} .line").all()
    texts = [path.get_attribute("d").replace("h0", "") for path in paths]
    return [
        [tuple(map(float, point.split())) for point in text[1:].split("L")]
        for text in texts
    ]


def finish_starts(widget):
    wait_until(widget.page, "!document.querySelector('nin-plateau').trial", 60)


def test_one_step_is_one_step_of_the_network(plateau):
    before = facts(plateau)
    assert (before["steps"], before["seed"], sign(plateau)) == ("0", "1", "≈")
    for _ in range(3):
        plateau.button("Step").click()
    expected = plateau.get(
        """(() => {
          const patient = new NinLab.patient.Patient(
            { init: "Xavier", lastRelu: true, rate: 0.1, seed: 1 });
          patient.train(3);
          return patient.look();
        })()"""
    )
    assert plateau.get("widget.result") == expected
    after = facts(plateau)
    assert after["steps"] == "3" and after["loss"] == f"{expected['loss']:.3f}"
    assert after["dead"] == f"{expected['dead']} / 10"
    assert float(after["gradient"]) == pytest.approx(expected["gradient"], rel=0.05)
    lines = curves(plateau, "meanChart")
    assert len(lines) == 10 and {len(line) for line in lines} == {4}
    plateau.button("Start again").click()
    assert facts(plateau) == before


def test_a_high_rate_kills_and_training_stops(plateau):
    plateau.button("1").click()
    with plateau.slow_motion():
        plateau.button("Train").click()
        assert plateau.button("Pause").count() == 1
        plateau.button("Pause").click()
    plateau.button("Train").click()
    plateau.wait()
    assert plateau.button("Train").count() == 1
    shown = facts(plateau)
    assert (sign(plateau), shown["dead"], shown["gradient"]) == ("†", "10 / 10", "0")
    assert shown["loss"] == "2.303" and shown["accuracy"] == "0.10"
    steps = int(shown["steps"])
    assert 50 < steps < 500
    ends = [line[-1] for line in curves(plateau, "meanChart")]
    assert len(set(ends)) == 1  # all ten end on one point, zero
    zero = plateau.element.locator(".meanChart .zero").get_attribute("d")
    assert ends[0][1] == pytest.approx(float(re.match(r"M\S+ (\S+)H", zero)[1]))
    (loss,) = curves(plateau, "lossChart")
    marked = plateau.element.locator(".lossChart .marked").get_attribute("d")
    assert loss[-1][1] == pytest.approx(
        float(marked.split(" ")[1].split("H")[0]), abs=1
    )
    # Waiting does not help: it may train on, and nothing changes.
    plateau.button("Train").click()
    plateau.wait()
    again = facts(plateau)
    assert steps + 50 < int(again["steps"]) < steps + 100
    assert again == {**shown, "steps": again["steps"]}


def test_without_the_last_relu_it_goes_blind_instead(plateau):
    plateau.button("1").click()
    plateau.button("ReLU at the end").click()
    assert facts(plateau)["dead"] == "0 / 10"
    plateau.get("widget.patient.train(300)")
    plateau.button("Step").click()
    assert sign(plateau) == "∅" and facts(plateau)["dead"] == "0 / 10"
    assert "same logits" in plateau.element.locator(".finding p").inner_text()


def test_keyboard_pause_and_what_a_screen_reader_hears(plateau):
    plateau.button("0.01").focus()
    plateau.page.keyboard.press("Enter")
    assert plateau.button("0.01").get_attribute("aria-pressed") == "true"
    assert plateau.button("0.1").get_attribute("aria-pressed") == "false"
    plateau.button("Train").focus()
    with plateau.slow_motion():
        plateau.page.keyboard.press("Enter")
        wait_until(
            plateau.page, "document.querySelector('nin-plateau').patient.steps > 20"
        )
        plateau.page.keyboard.press("Space")
    assert plateau.focused() == "Train"
    steps = plateau.get("widget.patient.steps")
    status = plateau.element.get_by_role("status")
    plateau.told()
    plateau.page.wait_for_timeout(300)
    assert plateau.get("widget.patient.steps") == steps
    assert facts(plateau)["steps"] == str(steps)
    assert status.text_content().startswith(f"Step {steps}: plateau. Loss 2.")


def test_twenty_starts_give_one_sign_a_seed(plateau):
    plateau.button("1").click()
    with plateau.slow_motion():
        plateau.button("20 starts").click()
        assert plateau.button("Stop").count() == 1
        plateau.button("Stop").click()
    plateau.button("20 starts").click()
    finish_starts(plateau)
    strip = plateau.element.get_by_role("group", name="What became of each seed")
    starts = strip.get_by_role("button")
    assert starts.all_inner_texts() == ["†"] * 20
    assert plateau.element.get_by_text("After up to 1,000 steps: † dead 20").count()
    starts.nth(6).click()
    assert facts(plateau)["seed"] == "7" and facts(plateau)["steps"] == "0"
    assert starts.nth(6).get_attribute("aria-label") == "Seed 7: dead. Show it above."
    assert starts.nth(6).get_attribute("aria-pressed") == "true"
    plateau.button("New seed").click()
    assert facts(plateau)["seed"] == "8" and starts.count() == 20
    plateau.button("0.1").click()  # another setting, other signs
    assert starts.count() == 0


def test_twenty_starts_can_be_stopped(plateau):
    progress = plateau.element.locator(".many .note")
    with plateau.slow_motion():
        plateau.button("20 starts").click()
        wait_until(
            plateau.page, "document.querySelector('nin-plateau').signs.length > 0"
        )
        assert re.match(r"Seed \d+ of 20, step \d+ …", progress.inner_text())
        plateau.button("Stop").click()
    assert not plateau.get("widget.trial")
    found = plateau.get("widget.signs")
    assert 0 < len(found) < 20
    expected = plateau.get(
        """(() => {
          const patient = new NinLab.patient.Patient(widget.settings);
          patient.train(1000);
          return patient.look().verdict;
        })()"""
    )
    assert found[0] == expected
    assert plateau.get("NinLab.patient.SIGNS") == SIGNS
    assert SIGNS[expected] in progress.inner_text()


def test_phone_by_touch_with_reduced_motion(window):
    with window(**STILL, **PHONE) as widget:
        assert widget.too_wide() <= 0
        widget.button("0.01").tap()
        still = curves(widget, "meanChart")
        with widget.slow_motion():
            widget.button("Train").tap()
            wait_until(
                widget.page, "document.querySelector('nin-plateau').patient.steps > 3"
            )
            assert curves(widget, "meanChart") == still  # it moves when it is over
            assert facts(widget)["steps"] == "0" and widget.get("widget.frame")
            widget.button("Pause").tap()
        assert len(curves(widget, "meanChart")[0]) > 3
        assert int(facts(widget)["steps"]) > 3
        widget.button("1").tap()
        widget.button("20 starts").tap()
        finish_starts(widget)
        assert widget.smallest_target() >= 44
        assert widget.too_wide() <= 0


def test_chinese_words(window):
    with window("zh") as widget:
        widget.button("末尾的 ReLU").click()
        widget.button("走一步").click()
        assert "平台期" in widget.element.locator(".finding").inner_text()
        assert widget.get("Object.keys(widget.t('verdicts')).sort()") == sorted(SIGNS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_the_same_without_a_script(language):
    text = (ROOT / "book" / language / "07_stuck_at_2303.md").read_text("utf-8")
    block = re.search("<nin-plateau.*</nin-plateau>", text, re.DOTALL)[0]
    for part in ("aria-label=", "†", "≈", "✓", "∅", "1,000", "2,000", "2.303"):
        assert part in block
