"""A stored graph taken apart again: the graph up to the vectors, in memory, and the head that was put on top.

The inverse of `write_logits`, so that folders written by any version of Dongcha can be taken apart.
"""

from pathlib import Path
from typing import Any

import numpy as np

from dongcha.core.errors import StorageError
from dongcha.model.head import Head
from dongcha.model.onnx.graph import LOGITS, VECTORS, checked, parts

HEAD = ("head.weight", "head.bias")


def beheaded(file: Path) -> tuple[bytes, Head]:
    """The graph without its last node, as bytes, and its head; raises `StorageError` for a graph of another shape."""
    onnx, _ = parts()
    model = onnx.load(str(checked(file)))
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer if tensor.name in HEAD}
    last = [node for node in graph.node if LOGITS in node.output]
    if len(stored) != len(HEAD) or [list(node.input) for node in last] != [[VECTORS, *HEAD]]:
        raise StorageError(f"{str(file)!r} has no head that could learn; export the model again with dongcha export")
    weight, bias = (onnx.numpy_helper.to_array(stored[name]).astype(np.float64) for name in HEAD)
    _without(graph, last[0], stored)
    shape = ["units", weight.shape[1]]
    graph.output.append(onnx.helper.make_tensor_value_info(VECTORS, onnx.TensorProto.FLOAT, shape))
    return model.SerializeToString(), Head(weight, bias)


def _without(graph: Any, node: Any, tensors: dict[str, Any]) -> None:
    graph.node.remove(node)
    for tensor in tensors.values():
        graph.initializer.remove(tensor)
    del graph.output[:]
