# make report   set everything up and run the main job on real data at quick scale
# make test     set everything up and run every test
# make bench    measure speed as ratios; writes results/benchmarks.md
PYTHON ?= python3
CORES ?= all
SCALE ?= quick
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help environment report smoke test lint bench clean

help:
	@sed -n 's/^# //p' $(MAKEFILE_LIST) | head -3

environment: $(READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or newer is needed; name one with make PYTHON=..." >&2; exit 1; }
	@echo "Making the environment in $(VENV): about 5.5 GB, a few minutes."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)

report: $(READY)
	$(BIN)/snakemake --cores $(CORES) --config scale=$(SCALE)
	@echo "Report: results/$(SCALE)/report/index.html"

smoke:
	@$(MAKE) --no-print-directory report SCALE=smoke

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

test: lint
	$(BIN)/python -m pytest

bench: $(READY)
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV)
