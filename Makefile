# Needs Python 3.11 or newer and nothing else: the virtual environment is made here.
#   make demo PYTHON=python3.12 DEMO="--agents 40 --duration 120"

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
DEMO ?=
PYTEST ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check bench fast clean

help: ## show this
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk -F ':.*## ' '{printf "make %-6s %s\n", $$1, $$2}'

demo: $(VENV)/installed ## run a whole contact centre for a minute (DEMO="--duration 20" passes options on)
	$(BIN)/flexsim demo $(DEMO)

test: check ## check, then run the tests (PYTEST="-k engine" passes options on)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(PYTEST)

check: $(VENV)/installed-dev ## lint, format, types and the rings of imports; no tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

# Not here: bench/durability.py, a hundred kills under load, and bench/soak.py, which take minutes and more.
bench: $(VENV)/installed-dev ## run the benchmarks in bench/
	@for program in $(filter-out bench/durability.py bench/soak.py,$(wildcard bench/*.py)); do echo "== $$program"; $(BIN)/python "$$program" || exit 1; done

# It takes the place of the checkout in the environment: what is changed afterwards is not seen before make check or make test.
fast: $(VENV)/made ## install with the engine compiled (needs a C compiler; docs/speed.md says how to go back)
	HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(PIP) .
	@rm -f $(VENV)/installed-dev
	@touch $(VENV)/installed
	@$(BIN)/flexsim --version

clean: ## remove the virtual environment and what tools leave behind
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# A changed dependency makes a new environment: packages that are no longer wanted must not linger.
$(VENV)/made: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "flexsim needs Python 3.11 or newer; say make PYTHON=...")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/made
	$(PIP) --editable '.[dev]'
	@touch $@
