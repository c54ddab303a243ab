"""An ONNX model around a translated network: inputs, outputs, checks."""

import contextlib

import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from ..shapes import walkthrough
from .graph import IMAGE, Graph, translate

# Old enough for the runtimes of the last years, new enough for all nodes.
_OPSET, _IR_VERSION = 17, 8


def model(net, arrays, names, size=None):
    """Return a network as an ONNX model.

    Parameters
    ----------
    net : mxnet.gluon.HybridBlock
    arrays : dict
        The parameters, as NumPy arrays, by the name they get.
    names : dict
        That name of each parameter, by MXNet's name.
    size : (int, int), optional
        Height and width of the images; by default they may vary.

    Returns
    -------
    onnx.ModelProto

    Raises
    ------
    ValueError
        If a layer cannot be exported, or `size` is missing or does not fit.
    """
    graph = Graph(arrays)
    found = translate(net, graph, names)
    if found.channels is None:
        raise ValueError("the network has no weights: there is nothing to export")
    if size is not None:
        _check_size(net, (1, found.channels, *size))
    elif found.dense:
        raise ValueError(
            f"layer {found.dense} is fully connected and fixes the size of "
            "the images: say which, as in size=28 or size=(28, 64)"
        )
    public = {found.output: "logits"}
    if found.maps == IMAGE:
        public[graph.add("Identity", [IMAGE])] = "maps"
    elif found.maps:
        public[found.maps] = "maps"
    graph.rename(public)
    return _checked(_assemble(graph, found.channels, size, public.values()))


def _check_size(net, shape):
    # It does not know layers of one's own: then ONNX finds what is wrong.
    with contextlib.suppress(TypeError):
        walkthrough(net, shape)


def _assemble(graph, channels, size, outputs):
    """Return the model, its outputs still without shapes."""
    used = {name for node in graph.nodes for name in node.input}
    height, width = size or ("H", "W")
    shape = ["N", channels, height, width]
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "nin_utils",
            [helper.make_tensor_value_info(IMAGE, TensorProto.FLOAT, shape)],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
                for name in outputs
            ],
            [
                numpy_helper.from_array(array, name)
                for name, array in graph.arrays.items()
                if name in used
            ],
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="nin_utils",
    )


def _checked(model):
    """Return the model with the shapes of its outputs, checked by ONNX."""
    try:
        model = shape_inference.infer_shapes(
            model, check_type=True, strict_mode=True, data_prop=True
        )
    except shape_inference.InferenceError as error:
        raise ValueError(
            f"the shapes of the layers do not fit each other: {error}"
        ) from error
    del model.graph.value_info[:]  # the reader can infer them again
    for output in model.graph.output:
        for axis, dim in enumerate(output.type.tensor_type.shape.dim):
            if not dim.HasField("dim_value"):
                dim.dim_param = "NChw"[axis]
    onnx.checker.check_model(model, full_check=True)
    return model
