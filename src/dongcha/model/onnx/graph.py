"""Graphs as files: a network's body written, quantised to 8 bits, and a head put on top.

The head goes on after quantisation: it is small, and what it answers is decided by its last bits.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, MissingExtra, StorageError
from dongcha.model.head import Head
from dongcha.model.network import Network
from dongcha.model.quiet import quiet, steady

OPSET = 17  # has LayerNormalization, and every runtime of the last years reads it
VECTORS, LOGITS = "vectors", "logits"
SMALLER = ("MatMul", "Gemm", "Gather")  # operators whose weights get 8 bits
DOMAINS = ("", "ai.onnx", "com.microsoft")
"""Of operators: the standard's and ONNX Runtime's own, which need no code from elsewhere."""


def parts() -> tuple[Any, Any]:
    """The modules `onnx` and `onnxruntime`; raises `MissingExtra` where one is not installed."""
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise MissingExtra(f"ONNX needs the package {error.name!r}: pip install onnx onnxruntime") from error
    return onnx, onnxruntime


def write_vectors(net: Network, sample: list[Any], file: Path) -> None:
    """Write the graph from the arrays of `net.intake` to the vectors of the units; `sample` is a few inputs.

    Raises `ConfigError` for an encoder that cannot be traced.
    """
    import torch

    class Traced(torch.nn.Module):  # a new module is in training mode, and dropout with it
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList([net.body, *([net.beside] if net.beside is not None else [])])

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            return net.forward(*arrays)

    intake = net.intake
    arrays = net.tensors(intake.items(sample))
    axes = {**{name: dict(varying) for name, varying in intake.axes.items()}, VECTORS: {0: "units"}}
    try:
        with quiet(), steady(0), torch.no_grad():
            torch.onnx.export(
                Traced().eval(), arrays, str(file), input_names=list(intake.axes), output_names=[VECTORS],
                dynamic_axes=axes, opset_version=OPSET, dynamo=False,
            )  # fmt: skip
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        family = net.body.config.model_type
        reason = str(error).strip().partition("\n")[0][:100]
        raise ConfigError(f"an encoder of type {family!r} cannot be written as an ONNX graph ({reason})") from error


def quantise(plain: Path, small: Path) -> None:
    """Write the graph with 8-bit weights; what flows through is quantised batch by batch as it comes.

    Weights have a scale a column, for one scale of all changes a small encoder's answers, and seven of their eight
    bits, because chips without VNNI add pairs of products in 16 bits and overflow at eight.  Convolutions stay as they
    are: ONNX Runtime computes them more slowly in 8 bits than in 32.
    """
    onnx, _ = parts()
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(plain))
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")  # else it logs advice
    quantize_dynamic(model, str(small), list(SMALLER), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def write_logits(vectors: Path, head: Head, file: Path) -> None:
    """Write the graph of `vectors` with the head on top."""
    onnx, _ = parts()
    import numpy as np

    model = onnx.load(str(vectors))
    graph = model.graph
    for name, values in (("head.weight", head.weight), ("head.bias", head.bias)):
        graph.initializer.append(onnx.numpy_helper.from_array(values.astype(np.float32), name))
    graph.node.append(onnx.helper.make_node("Gemm", [VECTORS, "head.weight", "head.bias"], [LOGITS], transB=1))
    del graph.output[:]
    shape = ["units", len(head.bias)]
    graph.output.append(onnx.helper.make_tensor_value_info(LOGITS, onnx.TensorProto.FLOAT, shape))
    onnx.save(model, str(file))


def checked(file: Path) -> Path:
    """The file, if all that it holds is in it; raises `StorageError` for one that points elsewhere or is damaged."""
    onnx, _ = parts()
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(str(file), load_external_data=False)
    except (OSError, DecodeError, ValueError) as error:
        raise StorageError(f"{str(file)!r} is damaged ({str(error)[:100]})") from error
    strange = {node.domain for node in _nodes(model.graph)} - set(DOMAINS)
    if strange or model.functions or any(tensor.external_data for tensor in _tensors(model.graph)):
        raise StorageError(f"{str(file)!r} uses data or operators from elsewhere")
    return file


def _graphs(graph: Any) -> Iterator[Any]:
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (*([attribute.g] if attribute.g.node else []), *attribute.graphs):
                yield from _graphs(inner)


def _nodes(graph: Any) -> Iterator[Any]:
    for one in _graphs(graph):
        yield from one.node


def _tensors(graph: Any) -> Iterator[Any]:
    for one in _graphs(graph):
        yield from one.initializer
        for node in one.node:
            for attribute in node.attribute:
                yield from (attribute.t, *attribute.tensors)
