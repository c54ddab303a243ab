"""A network for photographs that knows nothing, to test what shows it."""

from nin_utils import models

import mxnet as mx
from mxnet import init, nd

import nin_lab_files


def write_network(lab, name="photos"):
    """Write the weights of a network for colours into the folder of the lab.

    Returns
    -------
    mxnet.gluon.nn.HybridSequential
        `nin_cifar10`, random, with weights that float16 can hold.
    """
    mx.random.seed(1)
    net = models.nin_cifar10()
    net.initialize(init.MSRAPrelu())
    net(nd.zeros((1, 3, 32, 32)))
    last = list(net[6])[-1].weight
    last.set_data(16 * last.data())  # clear answers
    for parameter in net.collect_params().values():
        parameter.set_data(parameter.data().astype("float16").astype("float32"))
    script = nin_lab_files.weights_script(name, net)
    (lab / f"engine/weights-{name}.js").write_text(script)
    return net
