"""scripts/check_gpu.py, with the CPU in the part of the GPU."""

import nin_utils  # noqa: F401

import mxnet as mx
import pytest

import check_gpu

FEW = ["--batch-size", "4", "--steps", "1"]


@pytest.mark.skipif(mx.context.num_gpus() > 0, reason="there is a GPU")
def test_without_gpu(capsys):
    assert check_gpu.main([]) == 3
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "There is no GPU" in out


def test_agrees_with_itself(capsys):
    assert check_gpu.main(FEW, ctx=mx.cpu(1)) == 0
    out = capsys.readouterr().out
    assert out.count(": ok") == 4 and out.count("images/s") == 2


@pytest.mark.parametrize("what", ["logits", "step"])
def test_notices_a_difference(what, capsys, monkeypatch):
    real = check_gpu.measure

    def wrong(name, X, y, ctx, steps):
        logits, moved, speed = real(name, X, y, ctx, steps)
        if ctx != mx.cpu():
            if what == "logits":
                logits[0, 0] += 0.01 * abs(logits).max()
            else:
                key = next(iter(moved))
                moved[key] *= 1.1
        return logits, moved, speed

    monkeypatch.setattr(check_gpu, "measure", wrong)
    monkeypatch.setattr(check_gpu, "NETWORKS", {"nin_mnist": 28})
    assert check_gpu.main(FEW, ctx=mx.cpu(1)) == 1
    assert (
        f"{what:7} differs"
        in capsys.readouterr().out.split("TOO MUCH")[0].splitlines()[-1]
    )
