"""From MXNet's description of a network to the nodes of an ONNX graph.

Each operator has a rule. It gets the graph under construction, the operator's
settings (text, as in MXNet's own description of a network) and the names of
its inputs; it adds nodes and returns the name of its output.
"""

import ast
import itertools
import json
from typing import NamedTuple, Optional

import mxnet as mx
import numpy as np
from onnx import helper

IMAGE = "image"

_ACTIVATIONS = {
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "softrelu": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
}
_GLOBAL = {"avg": "GlobalAveragePool", "max": "GlobalMaxPool"}
_LOWEST = np.finfo("float32").min


class Unsupported(ValueError):
    """An operator or a setting that has no rule; completes "layer x ..."."""


class Graph:
    """The nodes and weights of an ONNX graph in the making.

    `arrays` are the weights by name. Values are named by operator and
    number, so that the same network always gives the same file.
    """

    def __init__(self, arrays):
        self.arrays = dict(arrays)
        self.nodes = []
        self._count = itertools.count()

    def add(self, operator, inputs, **attributes):
        """Add a node; return the name of its output."""
        name = f"{operator}_{next(self._count)}"
        self.nodes.append(
            helper.make_node(operator, inputs, [name], name, **attributes)
        )
        return name

    def constant(self, array):
        """Add a weight; return its name."""
        name = f"constant_{next(self._count)}"
        self.arrays[name] = np.asarray(array)
        return name

    def pad(self, source, begin, end, value):
        """Pad height and width with a value; return the output's name."""
        pads = self.constant(np.array([0, 0, *begin, 0, 0, *end]))
        fill = self.constant(np.array(value, "float32"))
        return self.add("Pad", [source, pads, fill])

    def rename(self, names):
        """Give values other names, wherever they occur."""
        for node in self.nodes:
            node.input[:] = [names.get(name, name) for name in node.input]
            node.output[:] = [names.get(name, name) for name in node.output]


def _pair(setting, key, default):
    """Return (height, width) of a setting, refusing 1 or 3 dimensions."""
    value = ast.literal_eval(setting.get(key) or "()") or (default,) * 2
    if len(value) != 2:
        raise Unsupported(
            f"has {key} {value}: only images, with height and width, can be exported"
        )
    return list(value)


def _is(setting, key, default="False"):
    return setting.get(key, default) in ("True", "1")


def _check_layout(setting):
    layout = setting.get("layout", "NCHW")
    if layout not in ("NCHW", "None"):
        raise Unsupported(f"has layout {layout}: only NCHW can be exported")


def _convolution(graph, setting, inputs):
    pad = _pair(setting, "pad", 0)
    _check_layout(setting)
    return graph.add(
        "Conv",
        inputs,
        kernel_shape=_pair(setting, "kernel", 1),
        strides=_pair(setting, "stride", 1),
        dilations=_pair(setting, "dilate", 1),
        pads=pad + pad,
        group=int(setting.get("num_group", 1)),
    )


def _activation(graph, setting, inputs):
    return graph.add(_ACTIVATIONS[setting["act_type"]], inputs)


def _pooling(graph, setting, inputs):
    """Translate pooling; MXNet's rounding up becomes padding.

    Rounding up is rounding down after ``stride - 1`` more pixels at the end.
    ONNX's own ``ceil_mode`` is not the same: it drops a window that would
    begin in the padding.
    """
    pool = setting.get("pool_type", "max")
    _check_layout(setting)
    if pool not in _GLOBAL:
        raise Unsupported(f"has pool_type {pool}: only avg and max are known")
    if _is(setting, "global_pool"):
        return graph.add(_GLOBAL[pool], inputs)
    kernel, stride = _pair(setting, "kernel", 1), _pair(setting, "stride", 1)
    begin = _pair(setting, "pad", 0)
    full = setting.get("pooling_convention") == "full"
    include = pool == "avg" and _is(setting, "count_include_pad", "True")
    window = {"kernel_shape": kernel, "strides": stride}
    if include and not full:
        window["count_include_pad"] = 1
    if include and full and any(begin):  # the zeros count, the rest not
        inputs = [graph.pad(inputs[0], begin, begin, 0)]
        begin = [0, 0]
    end = [p + full * (s - 1) for p, s in zip(begin, stride)]
    if any(e >= k for e, k in zip(end, kernel)):  # ONNX asks for less
        if pool == "avg":
            raise Unsupported(
                f"has a stride of {tuple(stride)}, a window of "
                f"{tuple(kernel)} and rounds up: a window could lie outside "
                "of the image, where there is nothing to average"
            )
        inputs = [graph.pad(inputs[0], begin, end, _LOWEST)]
        begin = end = [0, 0]
    name = "MaxPool" if pool == "max" else "AveragePool"
    return graph.add(name, inputs, pads=begin + end, **window)


def _dropout(graph, setting, inputs):
    if setting.get("mode", "training") != "training":
        raise Unsupported("drops values in prediction too (mode='always')")
    return inputs[0]


def _batch_norm(graph, setting, inputs):
    axis = int(setting.get("axis", 1))
    if axis != 1:
        raise Unsupported(f"has axis {axis}: only axis 1 can be exported")
    if _is(setting, "fix_gamma", "True"):
        ones = np.ones_like(graph.arrays[inputs[1]])
        inputs = [inputs[0], graph.constant(ones), *inputs[2:]]
    epsilon = float(setting.get("eps", 1e-3))
    return graph.add("BatchNormalization", inputs, epsilon=epsilon)


def _flatten(graph, setting, inputs):
    return graph.add("Flatten", inputs, axis=1)


def _dense(graph, setting, inputs):
    if not _is(setting, "flatten", "True"):
        raise Unsupported(
            "is a Dense with flatten=False: use the 1x1 convolution instead, "
            "nin_utils.equivalence.conv1x1_from_dense"
        )
    flat = graph.add("Flatten", inputs[:1], axis=1)
    return graph.add("Gemm", [flat, *inputs[1:]], transB=1)


_RULES = {
    "Activation": _activation,
    "BatchNorm": _batch_norm,
    "Convolution": _convolution,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "FullyConnected": _dense,
    "Pooling": _pooling,
}


class Translation(NamedTuple):
    """What was learnt of a network while its operators were translated."""

    output: str  # name of the last value
    maps: Optional[str]  # name of what the last global average averages
    channels: Optional[int]  # of the images
    dense: Optional[str]  # a fully connected layer that fixes their size


def _layer(operator):
    """Return the name of the Gluon layer that an operator comes from."""
    return operator["name"].rsplit("_fwd", 1)[0]


def _channels(operator, weight):
    """Return the number of inputs that the first weights are made for."""
    if operator["op"] == "Convolution":
        return weight.shape[1] * int(operator["attrs"].get("num_group", 1))
    if operator["op"] == "BatchNorm":
        return len(weight)
    raise Unsupported(
        "is the first one with weights: the network must begin with a "
        "convolution, which knows the number of channels"
    )


def translate(net, graph, names):
    """Add the operators of a network to a graph.

    Parameters
    ----------
    net : mxnet.gluon.HybridBlock
    graph : Graph
        With all weights of the network.
    names : dict
        From MXNet's name of a parameter to that in the graph.

    Returns
    -------
    Translation

    Raises
    ------
    Unsupported
        If there is no rule for an operator or a setting; names the layer.
    """
    outputs = net(mx.sym.var(IMAGE))
    if not isinstance(outputs, mx.sym.Symbol) or len(outputs) != 1:
        raise Unsupported(
            f"the network has {len(outputs)} outputs: only one, the logits, "
            "can be exported"
        )
    traced = json.loads(outputs.tojson())
    values, maps, channels, dense = [], None, None, None
    sized = set()  # numbers of the values that are larger in a larger image
    for number, operator in enumerate(traced["nodes"]):
        kind, setting = operator["op"], operator.get("attrs", {})
        if kind == "null":
            values.append(names.get(operator["name"], operator["name"]))
            if operator["name"] == IMAGE:
                sized.add(number)
            continue
        inputs = [values[entry[0]] for entry in operator["inputs"]]
        grows = not sized.isdisjoint(e[0] for e in operator["inputs"])
        try:
            if kind not in _RULES:
                raise Unsupported(
                    f"is the operator {kind}, which cannot be exported; "
                    f"known are {', '.join(_RULES)}"
                )
            values.append(_RULES[kind](graph, setting, inputs))
            if channels is None and inputs[1:]:
                channels = _channels(operator, graph.arrays[inputs[1]])
        except Unsupported as error:
            raise Unsupported(f"layer {_layer(operator)} {error}") from None
        whole = _is(setting, "global_pool")
        if whole and setting.get("pool_type") == "avg":
            maps = inputs[0]
        if kind == "FullyConnected":
            dense = dense or (_layer(operator) if grows else None)
        elif grows and not whole:
            sized.add(number)
    return Translation(values[traced["heads"][0][0]], maps, channels, dense)
