# Everything sets itself up: only Python 3.11, git and make are needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo test test-ray test-backends check docs bench format clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@echo "Setting up .venv (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,notebook]"
	@touch $@

demo: $(READY)
	$(BIN)/dongcha run examples/complaints/complaints.parquet --label sub_product --budget 90s --project demo

# Two processes of one thread each: two threads each would wait for one another.  A test that failed, perhaps for want
# of time, is tried once more by itself.
ONE_THREAD := DONGCHA_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

test: $(READY)
	$(ONE_THREAD) $(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not ray and not postgres and not spark" || $(BIN)/python -m pytest -q -m "not ray and not postgres and not spark" --last-failed --last-failed-no-failures none

test-ray: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[ray]"
	$(BIN)/python -m pytest -q tests/model/test_workers.py tests/serve/test_replicas.py

# Starts a PostgreSQL server of its own from the binaries on the machine, and a local Spark; skips what is not there.
test-backends: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[postgres,spark]"
	$(ONE_THREAD) $(BIN)/python -m pytest -q tests/backends

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(READY)
	$(BIN)/mkdocs build --strict --quiet

bench: $(READY)
	$(BIN)/python benchmarks/results.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build dist site .mypy_cache .ruff_cache .pytest_cache
