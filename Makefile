# The two commands that matter: `make run` (environment, then the whole analysis) and `make test` (all checks but the long
# suites; with these it is `make ci`, which CI runs).
# Nothing outside this folder is touched; `make help` lists the rest.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DISCOURSE := $(BIN)/python -m analysis.cli

# One folder, one interpreter: the project's own code, no packages from elsewhere.
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help run test ci test-long types docs lab build check mutants bench bench-statistics site verify release lock clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 26

run: $(STAMP) ## Install what is needed into .venv, run every notebook whose inputs changed, publish figures
	@$(DISCOURSE) run

test: $(STAMP) ## Lint, tests, and the whole plan executed again and compared with the committed figures
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(if $(SLOW),,-m "not slow") $(PYTEST_ARGS)
	@$(DISCOURSE) figures --check
	@$(DISCOURSE) verify

ci: ## What CI runs: `make test` with the tests marked slow
	@$(MAKE) --no-print-directory test SLOW=too

test-long: $(STAMP) ## The tests with new random examples, and the long fault suites
	@DISCOURSE_LONG=1 $(BIN)/python -m pytest -q -n auto --dist worksteal --hypothesis-profile=random $(PYTEST_ARGS)

types: $(STAMP) ## Check the types of study, store, texts and run
	@$(BIN)/python -m mypy

docs: $(STAMP) ## Write docs/api.md anew from the docstrings
	@$(BIN)/python scripts/api_page.py

lab: $(STAMP) ## Open JupyterLab at its start page (LAB_ARGS: its own options, such as --no-browser)
	@$(DISCOURSE) lab $(LAB_ARGS)

build: $(STAMP) ## Build the public store from the private texts
	@$(DISCOURSE) build

check: $(STAMP) ## Check corpus, codebook, store and committed figures without changing anything
	@$(DISCOURSE) check
	@$(DISCOURSE) figures --check

verify: $(STAMP) ## Run the plan into a scratch folder and compare with the committed figures
	@$(DISCOURSE) verify

site: $(STAMP) ## Write the static site to site/
	@$(DISCOURSE) site

release: $(STAMP) ## Write the archive that goes with a paper
	@$(DISCOURSE) release

bench: $(STAMP) ## Speed and memory beside other tools
	@$(BIN)/python -m benchmarks

bench-statistics: $(STAMP) ## Error rates of the statistics on data with nothing to find (long)
	@$(BIN)/python -m benchmarks.error_rates
	@$(BIN)/python -m benchmarks.press
	@$(BIN)/python -m benchmarks.studies
	@$(BIN)/python -m benchmarks.word_reach

# Room, number and seed can be chosen: make mutants ROOM=texts/annotate MUTANTS=30 SEED=2
ROOM ?= measures
MUTANTS ?= 60
SEED ?= 1
mutants: $(STAMP) ## Change one point of a room at a time and list the changes that no test notices (long)
	@$(BIN)/python scripts/mutants.py $(ROOM) -n $(MUTANTS) --seed $(SEED)

lock: ## Write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --universal --all-extras --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --python-version 3.11 --output-file requirements.lock

clean: ## Remove the environment and everything that can be made again
	rm -rf $(VENV) .cache site release

$(STAMP): requirements.lock pyproject.toml
	@sh scripts/install.sh "$(PYTHON)" "$(VENV)"
	@touch "$(STAMP)"
