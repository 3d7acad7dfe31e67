# Two commands do everything: `make book` builds the site, `make test` passes every test.
# Each target sets up what it needs and says in its last line where the result is or what went wrong.

SHELL := /bin/sh
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Compiled modules are kept even where the surroundings ask Python not to: every import would be slow otherwise.
unexport PYTHONDONTWRITEBYTECODE
PORT ?= 0

.PHONY: help book test test-fast lab serve bench mutants lock clean clean-all

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

# The environment is up to date when its stamp is younger than what it was made from.
.venv/complete: requirements.lock pyproject.toml .python-version scripts/set-up.sh
	@sh scripts/set-up.sh || { echo "make: the set-up failed; see the message above and run the same command again" >&2; exit 1; }

book: .venv/complete ## run the notebooks that are not up to date and build the site
	@citizen-security book

test: .venv/complete ## run every test, with the book built and opened in a browser
	@sh scripts/find-chromium.sh >/dev/null
	@sh scripts/find-slurm.sh
	@python -m pytest -n 2 --dist worksteal && echo "make test: every test passed" || { echo "make test: tests failed; see above" >&2; exit 1; }

test-fast: .venv/complete ## run what needs no kernel, no book and no browser, between two edits
	@python -m pytest -n 2 --dist worksteal -m "not slow" && echo "make test-fast: every quick test passed" || { echo "make test-fast: tests failed; see above" >&2; exit 1; }

lab: .venv/complete ## open JupyterLab on the notebooks
	@echo "JupyterLab opens in the browser; Ctrl-C ends it"
	@jupyter lab --notebook-dir . --LabApp.default_url /lab/tree/notebooks

serve: book ## build the site and show it on a free local port (PORT=8000 to choose one)
	@python -u scripts/serve.py $(PORT)

bench: .venv/complete ## compare with the obvious alternatives; writes results/benchmarks.json
	@python -m benchmarks

mutants: .venv/complete ## change the core a little, one change at a time, and list what no test notices (MODULES= N= SEED=)
	@python -m tests.mutants $(MODULES) --number $(or $(N),8) --seed $(or $(SEED),1)

lock: .venv/complete ## pin the newest allowed release of every dependency
	@uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --upgrade \
		--group dev pyproject.toml --output-file requirements.lock
	@python scripts/write-environment.py
	@echo "requirements.lock and environment.yml are new; run make book and make test, then commit it"

clean: ## remove the site, default runs and the environment; runs and sweeps that you made stay
	@sh scripts/clean.sh made

clean-all: ## list all that git does not track and remove it when you say yes (YES=1 in scripts)
	@YES="$(YES)" sh scripts/clean.sh all
