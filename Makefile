# Everything a checkout needs. `make help` lists the targets.
# It asks for Python 3.11 or newer, make and a package index: the one pip is configured for.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
SERVE ?= 1
# Test processes; each starts its own servers.
WORKERS ?= 3
PYTEST_ARGS ?=

PY := $(VENV)/bin/python
UV = $$(command -v uv || echo $(VENV)/bin/uv)
PINNED_UV = awk '/^[a-z]/ { uv = /^uv==/ } uv' requirements.lock

# uv does not read pip's configuration, so it is told the index that pip would ask.
# Where uv cannot reach that index, pip installs the same hashed list, only slower.
INDEX = $${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(PY) -m pip config get global.index-url 2>/dev/null || true)}}
define install
	index="$(INDEX)"; [ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
	$(UV) pip install --quiet --python $(PY) $(1) \
	  || $(PY) -m pip install --quiet --disable-pip-version-check $(1)
endef

.PHONY: help
help: ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(VENV)/.ready ## create .venv with everything; afterwards .venv/bin/duncan is the command

.PHONY: demo
demo: $(VENV)/.ready ## rehearse a sample ledger over 90 days, then serve the console (SERVE=0: end there)
	@$(VENV)/bin/duncan demo $(if $(filter 0,$(SERVE)),--no-serve)

.PHONY: test
test: $(VENV)/.tools ## run every test (WORKERS=0: in one process; PYTEST_ARGS='-k promise')
	@$(VENV)/bin/pytest $(if $(filter-out 0,$(WORKERS)),-n $(WORKERS) --dist worksteal) $(PYTEST_ARGS)

.PHONY: fast
fast: $(VENV)/.tools ## run the rulebook's tests only
	@$(VENV)/bin/pytest tests/dunning $(PYTEST_ARGS)

.PHONY: check
check: lint test ## format, lint, types, import rules, tests: what .ci/run runs

.PHONY: lint
lint: $(VENV)/.tools ## format, lint, types, import rules
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo

.PHONY: format
format: $(VENV)/.tools ## put the code in order
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/ruff check --quiet --fix .

.PHONY: bench
bench: $(VENV)/.tools ## run the benchmarks, as ratios against the bare engine
	@$(PY) -m bench

MINUTES ?= 60
.PHONY: fuzz
fuzz: $(VENV)/.tools ## fuzz every reader of what comes from outside (MINUTES=60 in all; Linux)
	@$(call install,'atheris==3.0.0')
	@$(PY) -m tests.fuzzing --minutes $(MINUTES)

.PHONY: chaos
chaos: MINUTES = 10
chaos: $(VENV)/.tools ## break an installation under load, then compare the records (MINUTES=10 SEED=…)
	@$(PY) -m chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

.PHONY: histories
histories: $(VENV)/.tools ## record the histories and samples of the coming release
	@$(PY) -m tests.workflows.record_histories
	@$(PY) -m tests.written

.PHONY: pictures
pictures: $(VENV)/.tools ## take the pictures of the desk in docs/ anew (FROM=var/demo: of these books)
	@$(PY) -m tests.console.take_pictures $(FROM)

.PHONY: model
model: $(VENV)/.tools ## learn the seed phrases of replies anew
	@$(PY) -m replies.training

COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate --quiet
.PHONY: lock
lock: $(VENV)/.tools ## recompile both locks from pyproject.toml (UPGRADE=1: take newer versions)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --all-extras --group dev -o requirements-dev.lock
	@$(COMPILE) --extra embedded --extra postgres --extra traces -c requirements-dev.lock -o requirements.lock

.PHONY: advisories
advisories: $(VENV)/.tools ## ask the vulnerability service about every locked package (not offline)
	@index="$(INDEX)"; [ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
	$(UV) tool run --quiet --from 'pip-audit==2.9.0' pip-audit --strict --progress-spinner off \
	  --require-hashes --disable-pip -r requirements.lock || { code=$$?; \
	echo "See above: either something is known to be wrong, or the service cannot be reached from" \
	  "here and nothing was checked. Offline, make test compares with a list in tests/house_rules."; \
	exit $$code; }

.PHONY: clean
clean: ## remove .venv and what the tools left behind
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The environment itself: made by a uv on the PATH, else by Python with the pinned uv inside.
$(PY):
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --no-python-downloads --python '>=3.11' $(VENV); \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "Duncan needs Python 3.11 or newer. Name one with: make setup PYTHON=python3.12")'; \
	  $(PYTHON) -m venv $(VENV) && \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r <($(PINNED_UV)); \
	fi

# What runs Duncan, and Duncan itself: installed in place, so `duncan` runs this very checkout.
$(VENV)/.ready: requirements.lock pyproject.toml | $(PY)
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

# What tests and checks it, on top.
$(VENV)/.tools: requirements-dev.lock $(VENV)/.ready
	@$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@
