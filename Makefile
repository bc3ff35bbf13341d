# Everything happens in .venv beside this file; the first run installs, later ones work offline.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# The locks name whole trees: nothing is left to resolve, and no release of tomorrow can change what is installed.
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-deps
WORKERS ?= auto

.PHONY: help demo test check coverage chaos soak bench peers browser golden build clean
help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/' | column -t -s ':'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing newsletter-bot into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --no-build-isolation --no-index -e .
	@$(BIN)/python -m compileall -q src $(VENV)/lib >/dev/null 2>&1 || true
	@touch $@

$(VENV)/.tools: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the tools of development into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip check
	@touch $@

demo: $(VENV)/.installed  ## the whole story in a temporary folder: assemble, publish, read back, edit, streak
	@$(BIN)/newsletter-bot demo

test: $(VENV)/.tools  ## the tests that need nothing but this folder
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q

check: $(VENV)/.tools  ## lint, types, import contracts, size rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/basedpyright --warnings
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/sizes.py
	@$(BIN)/python tools/generated.py --check
	@$(BIN)/python tools/renditions.py --check

coverage: $(VENV)/.tools  ## branch coverage of the rules
	@$(BIN)/python -m pytest -q -n $(WORKERS) tests/rules --cov --cov-report=term-missing:skip-covered

chaos: $(VENV)/.tools  ## every fault at every boundary, then a count of what the services hold
	@$(BIN)/python -m pytest -q -m slow tests/chaos -s

soak: $(VENV)/.tools  ## the daemon for ten minutes on a fast clock: saves, kills, a stop, lost answers
	@$(BIN)/python tests/chaos/soak.py

bench: $(VENV)/.tools  ## the table of performance, ours beside the limit and the peers
	@$(BIN)/python tests/benchmarks/run.py

peers: $(VENV)/.tools  ## foreign clients against the sandbox
	@$(BIN)/python -m pytest -q -m peers

browser: $(VENV)/.tools  ## pages in Chromium
	@$(BIN)/python -m pytest -q -m browser

golden: $(VENV)/.tools  ## the committed renditions of the rich draft anew, to be looked at with git diff
	@NEWSLETTER_BOT_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden

build: $(VENV)/.tools  ## wheel and source archive
	@$(BIN)/python -m build --no-isolation

clean:  ## remove what was made
	rm -rf $(VENV) build dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
