# Each target makes what it needs, from nothing but Python 3.11+, git and make.
PYTHON ?= python3
VENV := .venv
LOWEST := .venv-lowest
API := .venv-api
SITE := .venv-docs
DEMO := build/demo
EDITOR := build/editor
PAGES := build/pages
JUDGE := build/conformance/conformance-1.jar
RUNNERS := build/ci
KEYCLOAK := build/keycloak
KEYCLOAK_VERSION := 26.4.0
BIN := $(VENV)/bin
PIP := pip install --quiet --disable-pip-version-check
PINNED := --constraint constraints.txt
# These tests wait as much as they compute: four processes are a quarter faster than two on two cores.
QUICK := --numprocesses 4 -m 'not slow'
# so that messages and data stay in order in a log
export PYTHONUNBUFFERED := 1
# Some images set it. Without compiled files, each of the many processes that the tests start compiles persync anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup check test test-lowest test-editor test-pages lint format demo bench clean test-api conformance test-keycloak test-steps test-ci requirements fuzz chaos \
  docs reference pictures schema-store

help:
	@echo "make demo         see persync work: plan, apply, drift, on a local Harvester API"
	@echo "make check        linters and the quick tests: before every commit"
	@echo "make test         the whole test suite, with branch coverage"
	@echo "make test-lowest  the quick tests with the lowest versions that pyproject.toml admits"
	@echo "make test-editor  what an editor shows, with yaml-language-server; needs Node and npm"
	@echo "make test-pages   the HTML pages by axe-core: accessibility; needs Chromium, Node and npm"
	@echo "make test-api     the sandbox against its OpenAPI document, with schemathesis"
	@echo "make conformance  compare persync with the real deployer; needs Java 17 and Maven"
	@echo "make test-keycloak  sign in at a real Keycloak, and renew its tokens; needs Java 17 and Maven"
	@echo "make test-steps   the steps of action.yml and the scripts of ci/gitlab.yml, with bash; installs from PyPI"
	@echo "make test-ci      action.yml and ci/gitlab.yml on act and gitlab-ci-local; needs Go, Node, npm and rsync"
	@echo "make docs         build the documentation as a site, into build/site; a dead link is an error"
	@echo "make reference    write the parts of docs/ that are made from the code: after a change of a command or a setting"
	@echo "make schema-store  write what a pull request to SchemaStore needs, into build/schema-store"
	@echo "make pictures     draw the pictures of docs/images anew; needs Chromium"
	@echo "make fuzz         persync against generated files, answers and plans: 10 minutes, or FUZZ='--seconds N'"
	@echo "make chaos        applies that meet faults, are killed, or run at once: 15 minutes, or CHAOS='--short' for 3"
	@echo "make lint         formatter, linter, types, layers"
	@echo "make format       let the formatter and the linter fix what they can"
	@echo "make requirements after a change in constraints.txt: the hashes of what the action installs"
	@echo "make bench        how fast, measured against a bare loop of the same requests"
	@echo "make clean        remove what the others made"

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("persync needs Python 3.11 or newer; this is " + sys.version) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV) || { echo "Debian keeps venv in a package of its own: apt-get install python3-venv"; exit 1; }
	$(BIN)/$(PIP) --upgrade pip
	$(BIN)/$(PIP) $(PINNED) --editable '.[sandbox]' --group test --group lint
	@touch $@

check: lint
	$(BIN)/pytest --quiet $(QUICK)

test: setup
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses 4 --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# No coverage: that is measured with the newest versions. No slow tests: they add no use of the dependencies.
test-lowest: $(LOWEST)/.ready
	$(LOWEST)/bin/pytest --quiet $(QUICK)

$(LOWEST)/.ready: pyproject.toml constraints-lowest.txt
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/$(PIP) --upgrade pip
	$(LOWEST)/bin/$(PIP) --constraint constraints-lowest.txt --editable '.[sandbox]' --group test
	@touch $@

# The language server that editors use, in the versions of tests/editor/package-lock.json.
test-editor: setup $(EDITOR)/.ready
	$(BIN)/pytest --quiet tests/editor

$(EDITOR)/.ready: tests/editor/package.json tests/editor/package-lock.json
	mkdir -p $(EDITOR)
	cp $^ $(EDITOR)
	npm ci --prefix $(EDITOR) --ignore-scripts --no-audit --no-fund
	@touch $@

# axe-core, in the version of tests/browser/axe/package-lock.json.
test-pages: setup $(PAGES)/.ready
	$(BIN)/pytest --quiet tests/browser/axe

$(PAGES)/.ready: tests/browser/axe/package.json tests/browser/axe/package-lock.json
	mkdir -p $(PAGES)
	cp $^ $(PAGES)
	npm ci --prefix $(PAGES) --ignore-scripts --no-audit --no-fund
	@touch $@

# schemathesis has a virtual environment of its own, so that make test does not need it.
test-api: $(API)/.ready
	$(API)/bin/python -m tests.api

$(API)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(API)
	$(API)/bin/$(PIP) --upgrade pip
	$(API)/bin/$(PIP) $(PINNED) --editable '.[sandbox]' --group api
	@touch $@

# mkdocs has a virtual environment of its own, so that make test does not need it.
docs: $(SITE)/.ready
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --strict

$(SITE)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(SITE)
	$(SITE)/bin/$(PIP) --upgrade pip
	$(SITE)/bin/$(PIP) $(PINNED) --group docs
	@touch $@

reference: setup
	$(BIN)/python -m docs_tools

schema-store: setup
	$(BIN)/python -m docs_tools.schema_store build/schema-store

pictures: setup
	$(BIN)/python -m docs_tools.pictures

# The programs that read the values in a Granary installation, in one Java program: tests/conformance/README.md.
conformance: setup $(JUDGE)
	$(BIN)/pytest --quiet --numprocesses 2 tests/conformance

$(JUDGE): $(shell find tests/conformance/java -type f)
	mvn --quiet --batch-mode --file tests/conformance/java/pom.xml package
	@touch $@

# One process, because of the one server: it takes a minute to start, and 160 MB to fetch. Tokens live a few seconds.
test-keycloak: setup $(KEYCLOAK)/.ready
	$(BIN)/pytest --quiet tests/keycloak

$(KEYCLOAK)/.ready:
	mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
	  -Dartifact=org.keycloak:keycloak-quarkus-dist:$(KEYCLOAK_VERSION):zip -DoutputDirectory=$(KEYCLOAK)
	$(PYTHON) -m zipfile -e $(KEYCLOAK)/keycloak-quarkus-dist-$(KEYCLOAK_VERSION).zip $(KEYCLOAK)
	@touch $@

# They install persync as the action does, which takes PyPI and most of the time.
test-steps: setup
	$(BIN)/pytest --quiet --numprocesses 2 --dist loadfile tests/ci

# Runners of CI jobs that are not ours, and a linter of workflows. A cold build of act takes a minute and a half. One file
# is run by one process: gitlab-ci-local has one folder for the projects of one name, /builds/owner/config.
test-ci: setup $(RUNNERS)/.ready
	$(BIN)/pytest --quiet --numprocesses 2 --dist loadfile tests/ci_runners

$(RUNNERS)/.ready: tests/ci_runners/package.json tests/ci_runners/package-lock.json
	mkdir -p $(RUNNERS)
	cp $^ $(RUNNERS)
	npm ci --prefix $(RUNNERS) --ignore-scripts --no-audit --no-fund
	GOBIN=$(CURDIR)/$(RUNNERS)/bin go install github.com/nektos/act@v0.2.89
	GOBIN=$(CURDIR)/$(RUNNERS)/bin go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	@touch $@

# Examples are new in each run; a fault comes with the smallest example, and with the options that find it again.
fuzz: setup
	$(BIN)/python -m tests.fuzz $(FUZZ)

# What happens is random, and judged by the sandbox's own record; a violation comes with the options that repeat its round.
chaos: setup
	$(BIN)/python -m tests.chaos $(CHAOS)

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
	$(DEMO)/bin/$(PIP) --upgrade pip
	$(DEMO)/bin/$(PIP) $(PINNED) '.[sandbox]'
	PATH="$(CURDIR)/$(DEMO)/bin:$$PATH" sh examples/quickstart/demo.sh

bench: setup
	$(BIN)/python -m benchmarks

# What the action installs, by hashes: for every platform and Python, with the versions of constraints.txt.
requirements:
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/$(PIP) pip-tools==7.6.2
	build/lock/bin/pip-compile --quiet --generate-hashes --build-deps-for wheel --allow-unsafe --strip-extras $(PINNED) \
	  --no-annotate --no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --output-file build/lock/requirements.txt pyproject.toml
	(echo "# What action.yml installs. Do not edit: \`make requirements\` writes it."; \
	  grep -v '^$$' build/lock/requirements.txt) > ci/requirements.txt

clean:
	rm -rf build dist $(VENV) $(LOWEST) $(API) $(SITE) .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f examples/quickstart/sandbox.db*
