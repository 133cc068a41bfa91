# make demo: set up and show the whole line.   make test: set up and run every test.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
READY   = $(VENV)/.ready

.PHONY: help setup demo test fast check clean lock
help:
	@echo "make demo   set up, then package, serve, play and prove the sample song (under 3 minutes)"
	@echo "make test   set up, then run every test"
	@echo "make fast   the tests that need no encoding marathon"
	@echo "make check  ruff and mypy"
	@echo "make lock   resolve requirements.lock anew"
	@echo "make clean  remove the environment and the demo's output"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "midnote needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: setup
	$(BIN)/midnote demo

test: setup
	$(BIN)/python -m pytest

fast: setup
	$(BIN)/python -m pytest -m "not slow and not real"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra tests --extra build --no-annotate --no-header --upgrade -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo build *.egg-info
