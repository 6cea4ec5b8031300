# make report   set everything up, train at quick scale on real data and write the report
# make paper    draw every figure and judge every claim that published/paper has runs for; trains nothing
# make publish  pack what is measured into published/SCALE, an archive that can be kept, sent and merged; SCALE=paper
# make verify   train one published seed again and compare it with the archive; RUN=... SEED=...
# make queue    train, measure and publish at paper scale what workflow/paper_queue.yaml lists; for days, goes on when stopped; UNCOMMITTED=yes starts it with changes in no commit
# make cost     print how many hours and gigabytes it would take here; SCALE=paper, FIGURES=all
# make list     print all figures and which of them are finished
# make test     set everything up and run every test
# make test-arithmetic  run the tests of trained networks under the arithmetic of other processors
# make aside    list results that were moved aside because they are no longer wanted; DELETE=yes deletes them
# make bench    measure speed as ratios; writes results/benchmarks.md
PYTHON ?= python3
CORES ?= all
SCALE ?= quick
FIGURES ?=
RESULTS_FROM ?=
MISSING ?=
# Commands are started as modules, because scripts that pip writes do not start if the path of this folder contains quotes.
VENV := .venv
BIN := $(VENV)/bin
MODULE := $(BIN)/python -m
READY := $(VENV)/.ready
PIP := $(MODULE) pip install --quiet --disable-pip-version-check
# Installs the same pins as pip in a fifth of the time; pip takes over where it fails. Its cache lies beside what it installs, so
# that files are linked and not copied, and is deleted in the end.
UV := uv==0.13.9

# One process of tests more than there are cores, since tests wait for pages and for jobs that they have started.
TESTERS ?= $(shell cores=$$(nproc); echo $$((cores < 8 ? cores + 1 : 8)))

CHOICES = scale=$(SCALE) $(if $(FIGURES),'figures=$(FIGURES)') $(if $(RESULTS_FROM),'results_from=$(RESULTS_FROM)') \
  $(if $(MISSING),missing=$(MISSING))

.PHONY: help environment report smoke paper publish verify queue cost list test test-arithmetic lint style aside delete-is-yes uncommitted-is-yes bench clean

help:
	@sed -n '/^PYTHON/q; s/^# //p' Makefile

environment: $(READY)

$(READY): requirements.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or newer is needed; name one with make PYTHON=..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) has no venv module (Debian and Ubuntu: apt install python3-venv); name another with make PYTHON=..." >&2; exit 1; }
	@echo "Making the environment in $(VENV): about 5.5 GB, a few minutes."
	"$(PYTHON)" -m venv $(VENV)
	@$(PIP) $(UV) 2>/dev/null || echo "uv is not to be had; pip takes its place and some minutes more"
	@UV_CACHE_DIR=$(VENV)/uv-cache $(MODULE) uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.txt 2>/dev/null || $(PIP) -r requirements.txt || { echo "error: not all packages are installed; the next make goes on from here (Python 3.14 or newer needs a C compiler for two of them)" >&2; exit 1; }
	$(PIP) --no-deps --editable .
	@rm -rf $(VENV)/uv-cache
	@touch $(READY)

report: $(READY)
	$(MODULE) snakemake --cores $(CORES) --config $(CHOICES)
	@echo "Report: results/$(SCALE)/report/index.html (to send it, use results/$(SCALE)/report.zip, or results/$(SCALE)/report_mail.html, one page)"

smoke:
	@$(MAKE) --no-print-directory report SCALE=smoke

paper:
	@$(MAKE) --no-print-directory report SCALE=paper FIGURES='$(or $(FIGURES),all)' RESULTS_FROM='$(or $(RESULTS_FROM),published/paper)' MISSING=leave_out

publish: $(READY)
	@$(MODULE) snakemake --quiet all --cores $(CORES) publish --config $(CHOICES)

verify: $(READY)
	@test -n "$(RUN)" -a -n "$(SEED)" || { echo "error: name a run and a seed: make verify RUN=... SEED=...; published/paper/README.md lists them" >&2; exit 1; }
	@$(BIN)/python -m grokscope.verify "$(or $(RESULTS_FROM),published/paper)" --run "$(RUN)" --seed "$(SEED)"

queue: uncommitted-is-yes $(READY)
	$(BIN)/python workflow/paper_queue.py --cores $(CORES) $${UNCOMMITTED:+--uncommitted}

cost: $(READY)
	@$(MODULE) snakemake --quiet all --cores $(CORES) cost --config $(CHOICES)

list: $(READY)
	@$(MODULE) snakemake list --config $(CHOICES)

lint: style
	$(MODULE) mypy

style: $(READY)
	$(MODULE) ruff check .
	$(MODULE) ruff format --check .
	$(MODULE) snakefmt --check Snakefile workflow
	$(MODULE) snakemake --lint

# mypy is one of the tests, so that it does not run alone
test: style
	$(MODULE) pytest --numprocesses $(TESTERS)

test-arithmetic: $(READY)
	$(BIN)/python tests/arithmetic.py

# Make hands the variables of its command line to the shell, which reads them as they are, whatever they hold.
delete-is-yes:
	@case "$$DELETE" in ""|yes) ;; *) echo "error: DELETE=$$DELETE: only DELETE=yes deletes what was moved aside; without DELETE it is listed" >&2; exit 1;; esac

uncommitted-is-yes:
	@case "$$UNCOMMITTED" in ""|yes) ;; *) echo "error: UNCOMMITTED=$$UNCOMMITTED: only UNCOMMITTED=yes starts the queue with changes that are in no commit" >&2; exit 1;; esac

aside: delete-is-yes $(READY)
	@$(BIN)/python -m grokscope.results.aside results $${DELETE:+--delete}

bench: $(READY)
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV)
