# make demo: set up and show the whole line.   make test: set up and run every test.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
READY   = $(VENV)/.ready
PEERS   = $(VENV)/.peers
PLAYERS = $(VENV)/players
PIP     = $(BIN)/python -m pip --quiet --disable-pip-version-check
UV      = $(BIN)/uv --quiet pip
# A worker for each processor; the tests of one file share what they make, and so a worker.
WORKERS = --numprocesses logical --dist loadfile
LOCKED  = --require-hashes --only-binary :all: -r requirements.lock
# uv would otherwise look for an environment of its own choosing.
export VIRTUAL_ENV = $(abspath $(VENV))

.PHONY: help setup peers players demo test fast check clean lock readme compiled test-compiled
help:
	@echo "make demo   set up, then package, serve, play and prove the sample song (under 3 minutes)"
	@echo "make test   set up, then run every test"
	@echo "make fast   the tests that need no encoding marathon"
	@echo "make check  ruff and mypy"
	@echo "make compiled  the simulator's core compiled with mypyc into build/compiled (needs a C compiler)"
	@echo "make test-compiled  the simulator's fast tests with that core"
	@echo "make readme put what the demo prints and shows into README.md"
	@echo "make lock   resolve requirements.lock anew"
	@echo "make clean  remove the environment and the demo's output"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "midnote needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(PIP) install --no-compile 'uv>=0.9,<1' || true
	@$(UV) install $(LOCKED) || { echo "uv cannot do it here; pip does, more slowly"; $(PIP) install $(LOCKED); }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q midnote.py packager simulator samples
	@touch $(READY)

demo: setup
	$(BIN)/midnote demo

# 80 MB that only tests and benchmarks want; on other machines than Linux on x86-64 there are none, and such tests skip.
peers: $(PEERS)

$(PEERS): $(READY) requirements-peers.lock
	@if [ "$$(uname -sm)" = "Linux x86_64" ]; then \
	  echo "Fetching Shaka Packager and ffmpeg to compare with ..."; \
	  $(UV) install --require-hashes -r requirements-peers.lock || \
	  $(PIP) install --require-hashes -r requirements-peers.lock; fi
	@touch $(PEERS)

# dash.js, Shaka Player and hls.js, which tests try packages in; without npm there are none, and such tests skip.
players: setup
	@if command -v npm >/dev/null; then $(BIN)/python tests/browser/players.py $(PLAYERS); \
	else echo "no npm here: the tests in web players will be skipped"; fi

test: setup peers players
	$(BIN)/python -m pytest $(WORKERS)

fast: setup
	$(BIN)/python -m pytest -m "not slow and not real"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

compiled: setup
	$(BIN)/python -m benchmarks.compile_core

# Without -P the sources of this folder would come before the compiled ones.
test-compiled: compiled
	PYTHONPATH=build/compiled:. $(BIN)/python -P -m pytest -o pythonpath="build/compiled ." \
	  -m "not slow and not real" tests/simulator

lock: setup
	$(UV) compile --universal --python-version 3.11 --generate-hashes --extra tests --extra build \
	  --no-annotate --no-header --upgrade -o requirements.lock pyproject.toml
	$(UV) compile --universal --python-version 3.11 --generate-hashes --group peers \
	  --no-annotate --no-header --upgrade -o requirements-peers.lock

readme: setup
	$(BIN)/python docs/refresh_readme.py

clean:
	rm -rf $(VENV) demo build *.egg-info
