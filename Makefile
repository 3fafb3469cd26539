# Two commands do all the set-up: `make report` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: report test check lab lock data pilot bench reviewers patterns faults faults-run clean help

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

report: .venv/report.stamp  ## make the report (ARGS="--data-cut 2025-12-31" and the like)
	@$(BIN)/csr run $(ARGS)

test: .venv/test.stamp  ## run every check
	@$(MAKE) --no-print-directory check
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/test.stamp
	@$(BIN)/ruff format --check src tests benchmarks docs
	@$(BIN)/ruff check src tests benchmarks docs
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

lab: .venv/report.stamp  ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --notebook-dir=. notebooks/10_validate.ipynb

data: .venv/report.stamp  ## make the synthetic SDTM again
	@$(BIN)/csr simulate --out data_raw/sdtm

pilot: .venv/test.stamp  ## make the report of the CDISC pilot study, by configuration alone
	@$(BIN)/python studies/cdiscpilot01/deliver.py >/dev/null
	@$(BIN)/csr run --study studies/cdiscpilot01/study.yml --report final $(ARGS)

bench: .venv/test.stamp  ## time everything (benchmarks/README.md tells of each, and of larger sizes)
	@for each in report reading scale adam stats displays; do echo "== $$each"; $(BIN)/python benchmarks/$$each.py || exit; done

reviewers: .venv/test.stamp  ## make the tables of docs/for-reviewers.md again
	@$(BIN)/python docs/for_reviewers.py

faults: .venv/test.stamp  ## put faults into the library on purpose, and see the tests notice
	@$(BIN)/python tests/faults/run.py $(ARGS)

faults-run: .venv/test.stamp  ## damage data, settings, results and the machine on purpose, and see what is told
	@$(BIN)/python tests/faults/run_met.py

patterns: .venv/test.stamp  ## list the patterns of displays in docs/for-analysts.md again
	@$(BIN)/python docs/patterns.py

# The lock files are the only place where versions and hashes of packages stand.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q pyproject.toml --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --python-version 3.11
lock: .venv/test.stamp  ## lock the packages anew
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra test -c requirements.lock -o requirements-test.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "csrkit needs Python 3.11 or later; name one with PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/report.stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install -q --compile --require-hashes -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

.venv/test.stamp: requirements-test.lock .venv/report.stamp
	$(PIP) install -q --compile --require-hashes -r requirements-test.lock
	@touch $@

clean:  ## remove what a run made, but no finished report
	rm -rf data_derived/[0-9]* .mypy_cache .ruff_cache .pytest_cache
