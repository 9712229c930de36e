# make install | demo | test | check | docs-test | bench | samples | nano | nano-eval | lock
# The first call makes a virtual environment in .venv; nothing outside it is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
LOCKED := .ci/constraints.txt
TRAIN := .venv-train

.PHONY: install demo test check docs-test bench samples nano nano-eval lock

install: $(STAMP)

$(STAMP): pyproject.toml $(LOCKED)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Calmline needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(LOCKED) -e '.[test]'
	touch $(STAMP)

# the main job: a server on this machine, a bundled call through its socket, and what the agent sees
demo: install
	$(BIN)/calmline demo

# side by side, and then those that look at the clock on the wall
test: check
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -q -m alone

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# every command of the documents is typed, every help read, every link followed
docs-test: install
	$(BIN)/python -m pytest -q tests/docs

# the figures of the README; CALMLINE_DATA names the folder of real recordings, if there is one
bench: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(LOCKED) -e '.[bench]'
	$(BIN)/python -m tests.benchmarks.prosody
	$(BIN)/python -m tests.benchmarks.engine

# needs Debian's flite, espeak-ng and libttspico-utils
samples: install
	$(BIN)/python -m samples.make

# the bundled model from nothing: hours on a CPU; goes on where it was stopped. Needs the voices, too.
# Not pinned: torch differs from machine to machine.
nano:
	test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(TRAIN)/bin/python -m models.recipes make

# the figures of the bundled model's card
nano-eval: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(LOCKED) -e '.[bench]'
	$(BIN)/python -m models.recipes evaluate --card

# pins what pyproject.toml allows, for every Python it allows
lock:
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --extra test --extra bench --upgrade pyproject.toml -o $(LOCKED)
