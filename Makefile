# Each target makes what it needs, from nothing but Python 3.11+, git and make.
PYTHON ?= python3
VENV := .venv
DEMO := build/demo
BIN := $(VENV)/bin
PIP_FLAGS := --quiet --disable-pip-version-check --constraint constraints.txt
# so that what is talk and what is data stay in order in a log
export PYTHONUNBUFFERED := 1

.PHONY: help setup test lint format demo bench clean

help:
	@echo "make demo    see persync work: plan, apply, drift, on a local Harvester API"
	@echo "make test    the whole test suite"
	@echo "make lint    formatter, linter, types, layers"
	@echo "make format  let the formatter and the linter mend what they can"
	@echo "make bench   how fast, measured against a bare loop of the same requests"
	@echo "make clean   remove what the others made"

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("persync needs Python 3.11 or newer; this is " + sys.version) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV) || { echo "Debian keeps venv in a package of its own: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install $(PIP_FLAGS) --upgrade pip
	$(BIN)/pip install $(PIP_FLAGS) --editable '.[sandbox]' --group test --group lint
	@touch $@

test: setup
	$(BIN)/pytest --numprocesses auto --cov --cov-report term

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# A virtual environment of its own, with persync installed as its users install it.
demo:
	$(PYTHON) -m venv --clear $(DEMO)
	$(DEMO)/bin/pip install $(PIP_FLAGS) --upgrade pip
	$(DEMO)/bin/pip install $(PIP_FLAGS) '.[sandbox]'
	PATH="$(CURDIR)/$(DEMO)/bin:$$PATH" sh examples/quickstart/demo.sh

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf build dist $(VENV) .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f examples/quickstart/sandbox.db*
