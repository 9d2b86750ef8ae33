# The commands of the README; CI calls the same ones.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.PHONY: demo test test-system bench lint types docs clean

demo: $(READY)        ## set up and audit the built-in demo platform
	$(BIN)/moph-harness demo $(ARGS)

test: $(READY)        ## set up and run the tests that need only Python packages
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not system" $(ARGS)

test-system: $(READY) ## the tests that need nginx, Chromium and Thai fonts (see CONTRIBUTING.md)
	$(BIN)/python -m pytest -n auto --dist worksteal -m system $(ARGS)

bench: $(READY)       ## figures, as ratios to a peer run in the same minute
	$(BIN)/python -m tests.bench $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

docs: $(READY)        ## regenerate the generated documentation
	$(BIN)/python -m harness.pages docs

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) build dist out *.egg-info
