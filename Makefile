# The commands of this project. `make` alone lists them.
#
#   make test PYTHON=python3.13 VENV=.venv-3.13    another Python, in an environment of its own
#   make test ARGS="-k golden -n 2"                options for pytest
#   make fuzz SECONDS=600                          how long to search

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=
SECONDS ?= 120

PY         := $(VENV)/bin/python
WEAVING    := $(VENV)/.weaving-installed
TESTING    := $(VENV)/.testing-installed
LINTING    := $(VENV)/.linting-installed
UNFINISHED := $(VENV).unfinished
BENCHMARKS := $(addprefix benchmarks/,weaving.py scaling.py recording.py watch.py preview.py site.py)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help readme record verify notebooks site bench bench-peers test check lint format golden fuzz torture clean

help:  #- list these commands
	@awk -F ' *:.*#- *' '/^[a-z-]+:.*#- / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

readme: $(WEAVING)  #- weave README.md; runs the scripts that changed since they were recorded
	@$(PY) build_readme.py record --list --quiet || test $$? -ne 1 || $(MAKE) --no-print-directory record
	@$(PY) build_readme.py

record: $(TESTING)  #- run the scripts whose recording is not fresh
	$(PY) build_readme.py record

verify: $(TESTING)  #- run every script and compare with its recording
	$(PY) build_readme.py verify

notebooks: $(TESTING)  #- write notebooks/ anew from the page and its recordings
	$(PY) build_readme.py export notebooks README.md

site: $(TESTING)  #- write the page as a site into site/; open site/index.html in a browser
	$(PY) build_readme.py export html

bench: $(TESTING)  #- run the benchmarks one after the other and weave benchmarks/README.md; leave the machine alone
	$(PY) build_readme.py record --jobs 1 $(BENCHMARKS)
	@$(PY) build_readme.py benchmarks

bench-peers: $(TESTING)  #- install the tools that the benchmarks compare with, below build/peers
	$(PY) benchmarks/peers.py

test: $(TESTING)  #- run every example and hold its claims against it; sets up .venv the first time
	$(PY) -m pytest $(ARGS)

check: lint $(WEAVING)  #- all that CI runs: lint, is README.md fresh, test
	$(PY) build_readme.py check
	@$(MAKE) --no-print-directory test

lint: $(LINTING)  #- format, style, types and import directions; changes nothing
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

format: $(LINTING)  #- lay the code out as lint wants it
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

golden: $(TESTING)  #- rewrite the tests' expected pages; look at the diff before you commit it
	$(PY) -m pytest --update-golden tests/test_golden.py tests/test_manual.py

fuzz: $(TESTING)  #- search for bytes that break a reader, for SECONDS; what it finds is kept for the tests
	@$(PY) -c 'import atheris' 2>/dev/null || $(PY) -m pip install -q 'atheris ==3.0.0' || echo "No atheris here: searching at random."
	$(PY) -m fuzz.run --seconds $(SECONDS)

torture: $(TESTING)  #- kill every command 1,000 times, weave every Python file there is: a quarter of an hour
	$(PY) -m fuzz.torture specification
	$(PY) -m fuzz.torture library
	$(PY) -m fuzz.torture kills

clean:  #- remove .venv and all that the other commands left
	rm -rf $(VENV) $(UNFINISHED) build dist site .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Setting up
#
# A stamp inside .venv says which requirements are in it. An installation that was interrupted leaves
# UNFINISHED behind; then .venv is made anew, because pip takes a half copied package for an installed one.

new-enough = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	found=$$($(PYTHON) --version 2>&1) || found="not to be found"; \
	echo "'$(PYTHON)' is $$found, and this needs Python 3.11 or newer." >&2; \
	echo "Name one that you have, for example: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }

define install
@touch $(UNFINISHED)
@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip
$(PY) -m pip install --disable-pip-version-check $(1)
@rm $(UNFINISHED)
@touch $@
endef

ifneq ($(shell test -x $(PY) && test ! -e $(UNFINISHED) && echo ready),ready)
.PHONY: $(PY)
endif

$(PY):
	@$(new-enough)
	@test ! -e $(UNFINISHED) || echo "The last installation did not finish; beginning again."
	@touch $(UNFINISHED)
	$(PYTHON) -m venv --clear $(VENV)
	@rm $(UNFINISHED)

$(WEAVING): requirements.txt $(PY)
	@echo "Installing Jinja2, which this page needs, into $(VENV). Once only: a few seconds."
	$(call install,--constraint requirements.txt jinja2)

$(TESTING): requirements.txt $(PY)
	@echo "Installing what the examples and the tests need (requirements.txt) into $(VENV). Once only: about"
	@echo "a minute and 2.4 GB. While it unpacks, pip is silent for half of that minute."
	$(call install,--requirement $<)

$(LINTING): requirements-dev.txt $(PY)
	@echo "Installing the linters (requirements-dev.txt) into $(VENV). Once only: a few seconds."
	$(call install,--requirement $<)
