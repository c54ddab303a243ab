"""The engine of the lab against MXNet and ONNX Runtime, number by number."""

import re

import nin_utils  # noqa: F401
from nin_utils import models
from nin_utils.data.canvas import place
from nin_utils.export import export_onnx
from nin_utils.maps import confidence_maps, top_mask

import numpy as np
import onnxruntime
import pytest
from mxnet import nd
from mxnet.gluon import nn

import build_lab
from booktools import lab_files
from helpers.widgets import opened


@pytest.fixture(scope="module")
def net():
    return models.nin_mnist(pretrained="canvas")


@pytest.fixture(scope="module")
def lab(canvas_address, browser):
    with opened(browser, canvas_address, "canvas") as lab:
        yield lab


def run(lab, picture):
    """Return logits, maps and features of a uint8 picture."""
    height, width = picture.shape
    return lab.page.evaluate(
        """([pixels, height, width]) => {
          const net = document.querySelector("nin-canvas").net;
          const values = Float32Array.from(pixels, (v) => v / 255);
          const result = net.run(values, height, width);
          return [...["logits", "maps", "features"].map(
            (key) => Array.from(result[key])), result.h, result.w];
        }""",
        [picture.ravel().tolist(), height, width],
    )


def samples(lab):
    pixels = lab.array("widget.controls.samples.flatMap((s) => Array.from(s.pixels))")
    return np.array(pixels, np.uint8).reshape(-1, 28, 28)


def test_scores_and_maps_of_twenty_pictures(lab, net):
    pictures = samples(lab)
    assert len(pictures) == 20
    X = nd.array(pictures).expand_dims(1) / 255
    maps = confidence_maps(net, X).asnumpy()
    for picture, expected in zip(pictures, maps):
        logits, got, _, h, w = run(lab, picture)
        got = np.reshape(got, (10, h, w))
        np.testing.assert_allclose(got, expected, atol=1e-4)
        np.testing.assert_allclose(logits, expected.mean(axis=(1, 2)), atol=1e-4)


@pytest.fixture(scope="module")
def session(net, tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"
    export_onnx(net, path)
    return onnxruntime.InferenceSession(path)


@pytest.mark.parametrize("canvas", [28, 56, 96])
def test_onnx_runtime_gives_the_same(lab, session, canvas):
    """A second oracle, which shares no code with MXNet or the engine.

    It is ONNX Runtime for Python, not onnxruntime-web: that one does the
    same arithmetic on the same file, but a check would have to download it
    and serve its 3.7 MB, while this one is there for `nin_utils.export`.
    """
    pictures = samples(lab)[[1, 8, 15]][..., None]
    sides = np.array([28, 21, 27]) * canvas // 56 + 10
    corners = (canvas - sides) // np.array([2, 3, 1])
    placed = place(pictures, canvas, sides, corners, corners // 2)[..., 0]
    image = placed[:, None] / np.float32(255)
    for picture, *expected in zip(
        placed, *session.run(["logits", "maps"], {"image": image})
    ):
        logits, maps, _, h, w = run(lab, picture)
        assert expected[1].shape == (10, h, w) == (10, *[canvas // 4] * 2)
        assert abs(expected[1]).max() > 1
        np.testing.assert_allclose(logits, expected[0], atol=1e-4)
        np.testing.assert_allclose(np.reshape(maps, (10, h, w)), expected[1], atol=1e-4)


@pytest.mark.parametrize(
    "height, width", [(6, 6), (7, 30), (29, 29), (41, 34), (50, 67)]
)
def test_any_size(lab, net, height, width):
    rng = np.random.default_rng(height)
    picture = rng.integers(0, 256, (height, width)).astype(np.uint8)
    X = nd.array(picture).reshape((1, 1, height, width)) / 255
    expected = confidence_maps(net, X)[0].asnumpy()
    _, maps, _, h, w = run(lab, picture)
    assert (10, h, w) == expected.shape
    np.testing.assert_allclose(np.reshape(maps, expected.shape), expected, atol=2e-4)


@pytest.mark.parametrize("height, width", [(32, 32), (41, 70)])
def test_colours(lab, height, width):
    colours = models.nin_cifar10(pretrained=True)
    rng = np.random.default_rng(height)
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    X = nd.image.to_tensor(nd.array(image, dtype=np.uint8)).expand_dims(0)
    expected = confidence_maps(colours, X)[0].asnumpy()
    maps, logits, *size = lab.page.evaluate(
        """async ([pixels, height, width]) => {
          const net = await NinLab.engine.load("photos");
          const values = Float32Array.from(pixels, (v) => v / 255);
          const { maps, logits, h, w } = net.run(values, height, width);
          return [Array.from(maps), Array.from(logits), h, w];
        }""",
        [image.ravel().tolist(), height, width],
    )
    assert (10, *size) == expected.shape
    assert expected.max() > 0.1
    got = np.reshape(maps, expected.shape)
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(logits, expected.mean(axis=(1, 2)), atol=1e-4)


def test_smallest_canvas(lab, net):
    side = lab.get("widget.net.smallest")
    confidence_maps(net, nd.zeros((1, 1, side, side))).wait_to_read()
    with pytest.raises(Exception, match="kernel size"):
        X = nd.zeros((1, 1, side - 1, side - 1))
        confidence_maps(net, X).wait_to_read()
    with pytest.raises(Exception, match="too small"):
        run(lab, np.zeros((side - 1, side - 1), np.uint8))


def test_fully_connected_head(lab, net):
    """Its inputs, and what it makes of them."""
    head = lab_files.fc_head()
    picture = samples(lab)[7]
    X = nd.array(picture).reshape((1, 1, 28, 28)) / 255
    for layer in list(net)[:6] + list(net[6])[:2]:
        X = layer(X)
    features = run(lab, picture)[2]
    np.testing.assert_allclose(
        np.reshape(features, (7, 7, 96)), X[0].asnumpy().transpose(1, 2, 0), atol=1e-4
    )
    scores = lab.page.evaluate(
        """(features) => Array.from(document.querySelector("nin-canvas")
          .net.fullyConnected({ features: Float32Array.from(features) }))""",
        features,
    )
    np.testing.assert_allclose(scores, head(X)[0].asnumpy(), atol=1e-4)


def test_layers_that_the_engine_lacks_are_refused():
    describe = lab_files.describe
    with pytest.raises(TypeError, match="has no BatchNorm"):
        describe(nn.BatchNorm())
    with pytest.raises(ValueError, match="does not know MaxPool2D"):
        describe(nn.MaxPool2D(3, 2, ceil_mode=False))
    with pytest.raises(ValueError, match="does not know Conv2D"):
        describe(nn.Conv2D(8, (3, 5)))


def test_kernels_are_compiled_from_their_source():
    text = (build_lab.ENGINE / "kernels-wasm.js").read_text()
    wanted = re.search(r"with (clang [\d.]+)", text)[1]
    found = build_lab.compiler()
    if found is None:
        pytest.skip("no clang with wasm-ld: apt-get install clang lld")
    if found != wanted:
        pytest.skip(f"{found} makes other code than {wanted}")
    assert build_lab.compile_kernels() == text


@pytest.mark.parametrize("side", [9, 20, 28, 45])
def test_garments_lie_as_in_training(lab, side):
    pixels = samples(lab)[3]
    top, left = 4, 48 - side
    got = lab.array(
        "(() => { const scene = new NinLab.Scene(); scene.resize(48);"
        "scene.add(widget.controls.samples[3].pixels);"
        f"Object.assign(scene.garment, {{side: {side}, top: {top},"
        f"left: {left}}}); return scene.picture(); }})()"
    )
    expected = place(pixels[None, ..., None], 48, side, top, left)[0, ..., 0]
    difference = np.reshape(got, (48, 48)) - expected.astype(int)
    assert abs(difference).max() <= (side != 28)


def test_mask_is_that_of_the_paper(lab):
    lab.click("top 10 %")
    h, w = lab.get("[widget.result.h, widget.result.w]")
    maps = np.reshape(lab.array("widget.result.maps"), (1, 10, h, w))
    shown = np.reshape(lab.array("widget.result.cells"), (1, 10, h, w))
    lab.click("top 10 %")
    np.testing.assert_array_equal(shown, maps * top_mask(maps))
    assert 0 < (shown > 0).mean() <= 0.11
