"""Models taken apart give, put together, what they gave whole."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from dongcha.core.errors import StorageError
from dongcha.model.encoder import Encoder
from dongcha.model.folder import load, save
from dongcha.model.headed import Headed
from dongcha.model.method import METHODS, Job
from dongcha.model.model import Model
from dongcha.model.onnx.apart import beheaded
from dongcha.model.onnx.export import Shown, export
from dongcha.model.onnx.parity import FULL, SMALL
from dongcha.model.onnx.served import Served, served
from dongcha.model.onnx.session import Session
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tasks import TASKS
from dongcha.model.vectors import taken_apart

TASK = TASKS.get("text-classification")


def fitted(parts: Parts, method: str, encoder: Encoder | None = None) -> object:
    recipe = Recipe(TASK.name, method, encoder.name if encoder else None)
    return METHODS.get(method).fit(Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)).fitted


def together(one: object, inputs: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    parts = taken_apart(one)
    assert parts is not None
    return parts.head.of(parts.read(inputs)), one.logits(inputs)  # type: ignore[attr-defined]


def test_linear_put_together_again_is_the_same(parts: Parts) -> None:
    ours, whole = together(fitted(parts, "linear"), parts.test.inputs)
    assert np.array_equal(ours, whole)


def test_a_network_put_together_again_is_the_same(parts: Parts, tiny: Encoder) -> None:
    ours, whole = together(fitted(parts, "probe", tiny), parts.test.inputs)
    assert ours == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("name", [FULL, SMALL])
def test_a_graph_put_together_again_is_the_same(parts: Parts, tiny: Encoder, name: str, tmp_path: Path) -> None:
    plain = fitted(parts, "probe", tiny)
    assert isinstance(plain, Headed)
    made = export(plain.net, Shown(task=TASK, outputs=parts.outputs, rows=parts.validation), (name,))
    made = replace(made, parity=replace(made.parity, use=name))
    graph = served(plain, made, Session(made.file(name), plain.net.intake))
    ours, whole = together(graph, parts.test.inputs)
    assert ours == pytest.approx(whole, abs=1e-5)
    apart = taken_apart(graph)
    assert apart is not None
    assert apart.parallel
    assert apart.read([]).shape == (0, 32)
    model = Model(recipe=Recipe(TASK.name, "probe", tiny.name), classes=parts.outputs, fitted=graph)
    again = load(save(model, tmp_path / "model")).fitted  # a folder of a stored graph, without a second output
    assert isinstance(again, Served)
    ours, stored = together(again, parts.test.inputs)
    assert ours == pytest.approx(whole, abs=1e-5)
    assert np.array_equal(stored, whole), "plain prediction changed"
    for threads in (1, 2):
        shared = load(tmp_path / "model", threads=threads).fitted
        assert isinstance(shared, Served)
        assert shared.logits(parts.test.inputs) == pytest.approx(whole, abs=1e-6)
        for session in (shared.session, shared.session.beside(beheaded(shared.session.file)[0])):
            assert session._session.get_session_options().intra_op_num_threads == threads


def test_a_graph_of_another_shape_is_refused(tmp_path: Path) -> None:
    node = onnx.helper.make_node("Identity", ["vectors"], ["logits"])
    ends = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", 2]) for name in ("vectors", "logits")
    ]
    graph = onnx.helper.make_graph([node], "g", ends[:1], ends[1:])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "other.onnx")
    with pytest.raises(StorageError, match="no head that could learn"):
        beheaded(tmp_path / "other.onnx")


def test_threads_read_at_the_same_time(parts: Parts, tiny: Encoder) -> None:
    plain = fitted(parts, "probe", tiny)
    assert isinstance(plain, Headed)
    made = export(plain.net, Shown(task=TASK, outputs=parts.outputs, rows=parts.validation), (FULL,))
    graph = served(plain, made, Session(made.file(FULL), plain.net.intake))
    apart = taken_apart(graph)
    assert apart is not None
    wanted = apart.read(parts.test.inputs)
    reads = [apart.read if i % 2 else graph.session.read for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda read: read(parts.test.inputs), reads * 3))
    assert all(np.array_equal(one, wanted) for one in found[1::2])
    assert all(np.array_equal(one, found[0]) for one in found[::2])


def test_what_has_no_head_cannot_be_taken_apart(tmp_path: Path) -> None:
    class Strange:
        def apart(self) -> object:
            raise StorageError("written by something else")

    assert taken_apart(object()) is None
    assert taken_apart(Strange()) is None
