"""Several workers on Ray: the same study and the same model as with one; a worker that dies is replaced."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.model.conftest import Killed
from tests.model.test_methods import job

from dongcha.core.errors import ConfigError
from dongcha.core.events import Step
from dongcha.model.ask import Ask
from dongcha.model.cluster.fit import fit_together
from dongcha.model.cluster.session import connected
from dongcha.model.encoder import Encoder
from dongcha.model.method import METHODS
from dongcha.model.rows import Parts
from dongcha.model.spaces import Space
from dongcha.model.tune import Search, tune
from dongcha.model.watch import Moment
from dongcha.model.workers import Workers

ray = pytest.importorskip("ray")
# Ray leaves pipes and sockets of its own processes to the garbage collector.
pytestmark = [
    pytest.mark.ray,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
FEW = {
    "full": {
        "learning_rate": Space(low=1e-4, high=1e-2, log=True),
        "epochs": Space(choices=(1.0, 2.0)),
        "token_limit": Space(choices=(16,)),
        "batch_rows": Space(choices=(8, 16)),
    }
}


def search(path: Path, trials: int, workers: int = 2) -> Search:
    return Search(study=path, trials=trials, spaces=FEW, workers=Workers(workers))


def asked(tiny: Encoder, **more: object) -> Ask:
    return Ask(method="full", encoder=tiny.name, budget_s=600, seed=2, **more)


def test_trials_run_beside_each_other_and_a_worker_that_dies_is_replaced(
    parts: Parts, tiny: Encoder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    killed: list[int] = []

    def kill_once(moment: Moment) -> bool:
        if not killed and moment.step:
            hands = [p for p in psutil.Process().children(recursive=True) if "Hand" in "".join(p.cmdline())]
            killed.append(len(hands))
            hands[0].kill()
        return False

    done = tune(parts, asked(tiny, watch=kill_once), search(tmp_path / "study.db", 5))
    assert killed == [2]
    assert [trial.number for trial in done.trials] == [0, 1, 2, 3, 4]
    assert done.trials[0].default
    assert len({trial.searched["learning_rate"] for trial in done.trials}) == 5, "no two workers try the same"
    assert any("died" in note.en for note in done.notes)
    again = tune(parts, asked(tiny), Search(study=tmp_path / "study.db", trials=5, spaces=FEW))
    assert (again.recipe, again.leader, again.trials) == (done.recipe, done.leader, done.trials)
    assert again.metrics.figures == pytest.approx(done.metrics.figures, abs=1e-6)
    assert not ray.is_initialized()
    assert not list(Path("/tmp").glob("dongcha-ray-*")), "Ray's folder is gone"
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("method", ["full", "adalora"])
def test_two_processes_learn_what_one_does_and_go_on_where_it_was_killed(
    parts: Parts, tiny: Encoder, tmp_path: Path, method: str
) -> None:
    def kill(step: Step) -> None:
        if step.job.en == "fine-tuning" and step.done == 6:
            raise Killed

    seen: list[Moment] = []
    one = job(parts, tiny, method, dropout=0.0, epochs=3, batch_rows=15, checks=2, patience=100)
    whole = METHODS.get(method).fit(one)
    with pytest.raises(Killed):
        METHODS.get(method).fit(replace(one, checkpoint=tmp_path / "c", on_step=kill))
    assert (tmp_path / "c").exists()
    with connected(Workers(2)):
        shared = fit_together(replace(one, watch=lambda moment: bool(seen.append(moment))), Workers(2))
        resumed = fit_together(replace(one, checkpoint=tmp_path / "c"), Workers(2))
    inputs = parts.test.inputs
    for found in (shared, resumed):
        assert found.fitted.logits(inputs) == pytest.approx(whole.fitted.logits(inputs), abs=1e-3)
        assert found.validation == pytest.approx(whole.validation, abs=1e-3)
        assert found.recipe == whole.recipe
        assert found.trained == whole.trained
    theirs, ours = (done.fitted.net.body.state_dict() for done in (whole, shared))
    assert all(np.abs((theirs[name] - ours[name]).numpy()).max() < 1e-4 for name in theirs)
    assert not (tmp_path / "c").exists()
    assert [moment.step for moment in seen if moment.figures] == [0, 2, 4, 6, 8, 10, 12]
    assert len([moment for moment in seen if moment.loss is not None]) == 12


def test_a_cluster_that_does_not_answer_is_one_sentence() -> None:
    address = "127.0.0.1:1"
    said = pytest.raises(ConfigError, match=r"no Ray cluster answers at '127.0.0.1:1' .* correct RAY_ADDRESS or")
    with said, connected(Workers(2, address)):
        pass
    assert not list(Path("/tmp").glob("dongcha-ray-*"))
