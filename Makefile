# Everything a laptop and CI run. `make` alone lists the targets.
#
# VENV=dir      where the virtual environment goes (default .venv)
# PYTHON=path   which interpreter makes it (default: the first Python >= 3.11 that is found)
# E2E=dir       where the real assistants go that `make e2e` drives (default build/e2e)
# JOBS=n        how many processes the tests use (default: one per core)

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV ?= .venv
E2E ?= build/e2e
JOBS ?= auto
BIN := $(VENV)/bin
PY := $(BIN)/python

# Compiled bytecode is what users have; without it every start recompiles and no speed figure holds.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# The tests decide what they see of the machine; a leftover path must not put the source tree before the package.
export PYTHONPATH :=

# The project itself is built with the locked build backend, never one that pip fetches unseen.
PIP_INSTALL := $(PY) -m pip install --quiet --no-deps
LOCKED := $(PIP_INSTALL) --require-hashes

SOURCES := pyproject.toml README.md LICENSE $(shell find src -type f -not -name '*.pyc' 2>/dev/null)

# Runs one stage and says how long it took.
define stage
	@printf '\n== %s\n' '$(1)'; TIMEFORMAT='-- $(1): %1R s'; time $(2)
endef

.PHONY: help demo test test-long e2e lint format docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.package ## install what is locked and watch contextfs remember what this project knows
	@$(PY) demo/demo.py

test: $(VENV)/.dev $(VENV)/.package ## every check CI makes: format, lint, types, layers, docs, tests
	$(call stage,ruff check,$(BIN)/ruff check --quiet)
	$(call stage,ruff format,$(BIN)/ruff format --check --quiet)
	$(call stage,import-linter,$(BIN)/lint-imports --no-logo)
	$(call stage,pyright,$(BIN)/pyright --pythonpath $(PY))
	$(call stage,docs drift,$(PY) docs/generate.py --check)
	@printf '\n== pytest (its last line says how long it took)\n'
	@$(PY) -m pytest -n $(JOBS)

test-long: $(VENV)/.dev $(VENV)/.package ## the tests that take minutes
	@$(PY) -m pytest -m long

e2e: $(VENV)/.dev $(VENV)/.package $(E2E)/.installed ## install the real assistants into build/e2e and drive them
	@CONTEXTFS_E2E=$(abspath $(E2E)) $(PY) -m pytest -n0 -m e2e -o tmp_path_retention_policy=failed tests/e2e # a home is 200 MB

lint: $(VENV)/.dev $(VENV)/.package ## the checks without the tests
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pyright --pythonpath $(PY)

format: $(VENV)/.dev ## put the code into the house format
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

docs: $(VENV)/.dev $(VENV)/.package ## write docs/reference anew from the code
	@$(PY) docs/generate.py

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --upgrade pyproject.toml

lock: $(VENV)/.dev ## choose the newest allowed versions and write the two constraints files
	@$(BIN)/$(COMPILE) --group build --output-file constraints.txt
	@$(BIN)/$(COMPILE) --group dev --constraints constraints.txt --output-file constraints-dev.txt

clean: ## remove everything that running and testing made
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# --- the environment: each stamp is newer than what it was made from ------------------------------------------

$(VENV)/.runtime: constraints.txt
	@python=$$(.ci/find-python $(PYTHON)); \
	printf 'setting up %s with %s\n' '$(VENV)' "$$($$python --version)"; \
	$$python -m venv $(VENV)
	@$(LOCKED) -r constraints.txt
	@touch $@

$(VENV)/.dev: constraints-dev.txt $(VENV)/.runtime
	@printf 'installing the checks\n'
	@$(LOCKED) -r constraints-dev.txt
	@touch $@

# One at a time and only here, never globally: 1.3 GB, most of it four programs with a runtime of their own.
$(E2E)/.installed: tests/e2e/package.json tests/e2e/package-lock.json
	@printf 'installing the assistants into %s\n' '$(E2E)'
	@mkdir -p $(E2E) && cp tests/e2e/package.json tests/e2e/package-lock.json $(E2E)
	@cd $(E2E) && npm ci --no-audit --no-fund --no-progress --loglevel=error
	@touch $@

$(VENV)/.package: $(SOURCES) $(VENV)/.runtime
	@printf 'installing contextfs from the tree\n'
	@PATH="$(abspath $(BIN)):$$PATH" $(PIP_INSTALL) --no-build-isolation --force-reinstall . # it seeks its binary there
	@touch $@
