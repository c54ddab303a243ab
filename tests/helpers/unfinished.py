"""Work that MXNet has not done yet."""

import threading
import time
from types import SimpleNamespace

import nin_utils  # noqa: F401

import mxnet as mx


class _Slow(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        _Slow.work.given.wait(30)
        time.sleep(0.3)
        self.assign(out_data[0], req[0], in_data[0])
        _Slow.work.done = True


@mx.operator.register("slow")
class _SlowProp(mx.operator.CustomOpProp):
    def create_operator(self, *args):
        return _Slow()


def unfinished():
    """Give MXNet work of 0.3 s; return it, `done` when it is."""
    work = _Slow.work = SimpleNamespace(done=False, given=threading.Event())
    mx.nd.Custom(mx.nd.ones(1), op_type="slow")
    assert not work.done
    work.given.set()
    return work
