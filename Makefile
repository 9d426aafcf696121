# make demo | test | chaos | screenshots | lint | format | bench | lock | schema – see README.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= 3 # of the tests: one more than the cores of a small machine, for some only wait
CODE := gateway channels message_templates tests bench

.PHONY: demo test pytest chaos screenshots lint style types format bench lock schema

demo: $(VENV)/.installed
	$(BIN)/airwarn demo $(ARGS)

test: export PYTHONDONTWRITEBYTECODE = # the tests start our commands hundreds of times: compile them once
test: $(VENV)/.installed-for-tests style
	$(MAKE) --no-print-directory --jobs=2 types pytest

pytest: $(VENV)/.installed-for-tests
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

chaos: $(VENV)/.installed-for-tests
	$(BIN)/python -m tests.chaos $(ARGS)

screenshots: $(VENV)/.installed-for-tests
	$(BIN)/python -m tests.screenshots $(ARGS)

lint: $(VENV)/.installed-for-tests
	$(MAKE) --no-print-directory --jobs=2 style types

style: $(VENV)/.installed-for-tests
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/airwarn plan lint

types: $(VENV)/.installed-for-tests
	$(BIN)/mypy

format: $(VENV)/.installed-for-tests
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: $(VENV)/.installed-for-tests
	$(BIN)/python -m bench $(ARGS)

schema: $(VENV)/.installed
	$(BIN)/python -m gateway.plans.schema

lock: $(VENV)/.installed-for-tests
	$(BIN)/pip install --quiet uv
	$(BIN)/uv export --quiet --upgrade --no-emit-project --no-header --no-dev --group build --extra perf --extra pdf --output-file requirements.lock
	$(BIN)/uv export --quiet --no-emit-project --no-header --all-groups --all-extras --output-file requirements-dev.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-for-tests: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.installed
