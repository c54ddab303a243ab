"""From MXNet's description of a network to the nodes of an ONNX graph."""

import itertools
import json
from typing import NamedTuple, Optional

import mxnet as mx
import numpy as np
from onnx import helper

from .rules import RULES, Unsupported

IMAGE = "image"


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


class Translation(NamedTuple):
    """What was learnt of a network while its operators were translated."""

    output: str  # name of the last value
    maps: Optional[str]  # name of what the last global average averages
    channels: Optional[int]  # of the pictures
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
    sized = set()  # numbers of the values that are larger in a larger picture
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
            if kind not in RULES:
                raise Unsupported(
                    f"is the operator {kind}, which cannot be exported; "
                    f"known are {', '.join(RULES)}"
                )
            values.append(RULES[kind](graph, setting, inputs))
            if channels is None and inputs[1:]:
                channels = _channels(operator, graph.arrays[inputs[1]])
        except Unsupported as error:
            raise Unsupported(f"layer {_layer(operator)} {error}") from None
        whole = setting.get("global_pool") in ("True", "1")
        if whole and setting.get("pool_type") == "avg":
            maps = inputs[0]
        if kind == "FullyConnected":
            dense = dense or (_layer(operator) if grows else None)
        elif grows and not whole:
            sized.add(number)
    return Translation(values[traced["heads"][0][0]], maps, channels, dense)
