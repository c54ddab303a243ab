"""What each operator of MXNet is in ONNX.

A rule gets the graph under construction, the operator's settings (text, as
in MXNet's own description of a network) and the names of its inputs; it adds
nodes and returns the name of its output.
"""

import ast

import numpy as np

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


def _pair(setting, key, default):
    """Return (height, width) of a setting, refusing 1 or 3 dimensions."""
    value = ast.literal_eval(setting.get(key) or "()") or (default,) * 2
    if len(value) != 2:
        raise Unsupported(
            f"has {key} {value}: only pictures, with height and width, can "
            "be exported"
        )
    return list(value)


def _is(setting, key, default="False"):
    return setting.get(key, default) in ("True", "1")


def _convolution(graph, setting, inputs):
    pad = _pair(setting, "pad", 0)
    layout = setting.get("layout", "NCHW")
    if layout not in ("NCHW", "None"):
        raise Unsupported(f"has layout {layout}: only NCHW can be exported")
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
    if pool not in _GLOBAL:
        raise Unsupported(f"has pool_type {pool}: only avg and max are known")
    if _is(setting, "global_pool"):
        return graph.add(_GLOBAL[pool], inputs)
    kernel, stride = _pair(setting, "kernel", 1), _pair(setting, "stride", 1)
    begin = _pair(setting, "pad", 0)
    convention = setting.get("pooling_convention", "valid")
    if convention not in ("valid", "full"):
        raise Unsupported(f"has the pooling convention {convention}")
    full = convention == "full"
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
                "of the picture, where there is nothing to average"
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


RULES = {
    "Activation": _activation,
    "BatchNorm": _batch_norm,
    "Convolution": _convolution,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "FullyConnected": _dense,
    "Pooling": _pooling,
}
