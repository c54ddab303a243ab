"""The source tutorial's code, word for word, after one `import nin_utils`."""

import contextlib
import io
import re

import nin_utils  # noqa: F401  (first, as every reader does)
from nin_utils.data.sets import FASHION_MNIST

from helpers.data_files import fill, make_up
from helpers.offline import no_network

NETWORK = """
import d2lzh as d2l
from mxnet import gluon,init,nd
from mxnet.gluon import nn
def nin_block(num_channels,kernel_size,strides,padding):
    blk=nn.Sequential()
    blk.add(nn.Conv2D(num_channels,kernel_size,strides,padding,activation='relu'),
            nn.Conv2D(num_channels,kernel_size=1,activation='relu'),
            nn.Conv2D(num_channels,kernel_size=1,activation='relu'))
    return blk
net=nn.Sequential()
net.add(nin_block(96,kernel_size=11,strides=4,padding=0),
        nn.MaxPool2D(pool_size=3,strides=2),
        nin_block(256,kernel_size=5,strides=1,padding=2),
        nn.MaxPool2D(pool_size=3,strides=2),
        nin_block(384,kernel_size=3,strides=1,padding=1),
        nn.MaxPool2D(pool_size=3,strides=2),
        nn.Dropout(0.5),
        nin_block(10,kernel_size=3,strides=1,padding=1),
        #全局平均池化可以将窗口形状自动设置为输入的高和宽
        nn.GlobalAvgPool2D(),
        #四维输出转成二维输出,形状为(批量大小,10)
        nn.Flatten())
"""

SHAPES = """
#观察每层的输出形状
X=nd.random.uniform(shape=(5,1,224,224))
net.initialize()
for n in net:
    X=n(X)
    print(n.name,'输出形状:',X.shape)
"""

TRAINING = """
#训练模型(使用Fashion-MNIST数据集)
lr,num_epochs,batch_size,ctx=0.1,5,128,d2l.try_gpu()
net.initialize(force_reinit=True,ctx=ctx,init=init.Xavier())
trainer=gluon.Trainer(net.collect_params(),'sgd',{'learning_rate':lr})
train_iter,test_iter=d2l.load_data_fashion_mnist(batch_size,resize=96)#224内存溢出
d2l.train_ch5(net,train_iter,test_iter,batch_size,trainer,ctx,num_epochs)
"""

TEN_LINES = """\
sequential1 输出形状: (5, 96, 54, 54)
pool0 输出形状: (5, 96, 26, 26)
sequential2 输出形状: (5, 256, 26, 26)
pool1 输出形状: (5, 256, 12, 12)
sequential3 输出形状: (5, 384, 12, 12)
pool2 输出形状: (5, 384, 5, 5)
dropout0 输出形状: (5, 384, 5, 5)
sequential4 输出形状: (5, 10, 5, 5)
pool3 输出形状: (5, 10, 1, 1)
flatten0 输出形状: (5, 10)
"""


def run(code, names):
    """Execute `code` and return what it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, names)
    return out.getvalue()


def renumber(lines):
    """Count names like pool7 from where a fresh interpreter would begin.

    Gluon numbers layers through the whole process, and other tests have made
    some; the tutorial's first Sequential, the network itself, is number 0.
    """
    first = {}
    for kind, number in re.findall(r"^([a-z]+)(\d+) ", lines, re.MULTILINE):
        start = int(number) - (1 if kind == "sequential" else 0)
        first.setdefault(kind, start)
    return re.sub(
        r"^([a-z]+)(\d+)",
        lambda m: f"{m[1]}{int(m[2]) - first[m[1]]}",
        lines,
        flags=re.MULTILINE,
    )


def test_ten_lines_of_names_and_shapes():
    assert renumber(run(NETWORK + SHAPES, {})) == TEN_LINES


def test_training_runs_as_written(monkeypatch, tmp_path):
    """With d2lzh's own loader and its four processes, and without a network.

    Only the data are cut: a few made-up pictures count as all of
    Fashion-MNIST, as 60,000 would take an hour.
    """
    files, _ = make_up(monkeypatch, FASHION_MNIST, train=130, test=20)
    fill(tmp_path / "data", files)
    monkeypatch.setenv("NIN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = no_network(monkeypatch)
    names = {}
    run(NETWORK, names)
    before = run("net.initialize(); print(net(nd.ones((1,1,96,96))))", names)
    lines = run(TRAINING, names).splitlines()
    assert lines[0] == f"training on {names['ctx']}"
    assert len(lines) == 6
    for epoch, line in enumerate(lines[1:], 1):
        assert re.fullmatch(
            rf"epoch {epoch}, loss \d\.\d{{4}}, train acc \d\.\d{{3}}, "
            r"test acc \d\.\d{3}, time \d+\.\d sec",
            line,
        )
    assert run("print(net(nd.ones((1,1,96,96))))", names) != before
    loaders = names["train_iter"], names["test_iter"]
    assert [type(loader).__name__ for loader in loaders] == ["DataLoader"] * 2
    assert [loader._num_workers for loader in loaders] == [4, 4]
    assert [len(loader) for loader in loaders] == [2, 1]
    assert not asked
