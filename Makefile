# Every target sets itself up: `make run` and `make test` work on a fresh Debian machine with nothing but Python 3.11.
BIN := .venv/bin
READY := .venv/.ready
# compiled modules are kept, for the processes that tests start
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup pictures test test-campaigns test-combinations check format lint types floors wheel clean

run: setup
	@$(BIN)/python installer/run_main_job.py

setup: $(READY)

$(READY): pyproject.toml installer/setup.sh
	@PYTHON="$(PYTHON)" sh installer/setup.sh
	@touch $(READY)

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not campaign and not combinations"

test-campaigns: setup
	$(BIN)/python -m pytest -m campaign

test-combinations: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal -m combinations tests/unit/learning/export

pictures: setup
	$(BIN)/python -m tests.pictures docs

check: setup format lint types floors test wheel
	@echo "check: format, lint, types, floors, tests and the wheel's own self-test have passed"

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

floors: setup
	$(BIN)/lint-imports

wheel: setup
	$(BIN)/python installer/check_wheel.py

clean:
	rm -rf build dist
