# What can be done with Secretary. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
PORT ?= 8000
ICS ?=
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev

export PORT PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help install demo run test check bench
.DEFAULT_GOAL := help

help:
	@echo "make install  virtual environment in .venv with the pinned requirements"
	@echo "make demo     a living calendar with a stand-in for Google  [PORT=8000] [ICS=file.ics]"
	@echo "make run      the same against Google, configured by .env   [PORT=8000]"
	@echo "make test     every test that can run here"
	@echo "make check    style, types, architecture, migrations, production settings"
	@echo "make bench    the figures of docs/performance.md"

install: $(STAMP)

demo: $(STAMP)
	@exec $(BIN)/python manage.py demo $(if $(ICS),--ics "$(ICS)")

run: $(STAMP)
	@exec $(BIN)/python manage.py run

test: $(DEV_STAMP)
	@exec $(BIN)/python -m tests.run_suite

check: $(DEV_STAMP)
	@exec $(BIN)/python -m tests.run_checks

bench: $(DEV_STAMP)
	@exec $(BIN)/python -m tests.benchmarks

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Secretary needs Python 3.11 or newer; '$(PYTHON)' was not found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Secretary needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name a newer one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments; on Debian: apt install python3-venv" >&2; \
	  exit 1; }
	@echo "Making the virtual environment in .venv ..."
	@$(PYTHON) -m venv --clear .venv

$(STAMP): requirements.txt | $(BIN)/python
	@echo "Installing what the product needs ..."
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what tests and checks need ..."
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $(STAMP) $@
