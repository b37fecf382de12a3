import warnings
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "complaints" / "complaints.ipynb"


@pytest.mark.slow
def test_the_notebook_runs_and_shows_findings_inline():
    with warnings.catch_warnings():  # of the kernel's own machinery
        warnings.simplefilter("ignore")
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(NOTEBOOK, as_version=4)
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    shown = [o for cell in notebook.cells for o in cell.get("outputs", []) if "text/html" in o.get("data", {})]
    assert len(shown) == 1
    assert shown[0]["data"]["text/html"].count("<svg") == 5
    assert "TMX Finance LLC" in shown[0]["data"]["text/html"]
