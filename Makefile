PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/installed
BIN := $(VENV)/bin

.PHONY: install serve test check bench conformance clean

install: $(STAMP)

# pip 25.1 is the first that reads dependency groups.
$(STAMP): pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say which with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(STAMP)

serve: install
	$(BIN)/mandategraph serve

test: install
	$(BIN)/python -m pytest

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench: install
	$(BIN)/python -m pip install --quiet --group peers
	$(BIN)/python -m bench.service

conformance: install
	$(BIN)/python -m conformance --suite $(SUITE)

clean:
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache
