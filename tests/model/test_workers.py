"""Several workers on Ray: the same study and the same model as with one; a worker that dies is replaced."""

from pathlib import Path

import psutil
import pytest

from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
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
