# Needs Python 3.11 to 3.13 and make. Only `setup` and `lock` use the network.

# The first of these that runs and fits makes .venv; `make PYTHON=/path/to/python setup` names another.
PYTHON ?= python3 python3.13 python3.12 python3.11
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
LOCKED := $(VENV)/locked
READY := $(VENV)/ready

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
VERSION := import platform; print(platform.python_version())

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup report test lab lint notebooks bench lock

help:  ## show this table
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(READY)  ## make .venv from requirements.lock (once; again when the lock changes)

report: $(READY)  ## execute the notebooks on the recorded data and write reports/index.html
	TQDM_DISABLE=1 $(VENV)/bin/analytics report --out reports

test: $(READY)  ## run the tests; pass arguments on with ARGS="-k calendar"
	$(PY) -m pytest $(ARGS)

# The options keep JupyterLab from asking for news, updates and extensions.
lab: $(READY)  ## open the notebooks in JupyterLab
	$(PY) -m jupyterlab --notebook-dir=notebooks \
	  --LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate \
	  --LabApp.news_url=None --LabApp.extension_manager=readonly $(ARGS)

lint: $(READY)  ## check style and types
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

notebooks: $(READY)  ## execute the committed notebooks again, in place
	TQDM_DISABLE=1 $(PY) -m analytics.display.notebooks

bench: $(READY)  ## measure speed and memory
	$(PY) -m tests.benchmarks
	$(PY) -m tests.benchmarks.articles

# uv is a tool of this target alone, so it has a folder of its own and is not in the lock. The lock names hashes
# and no address: it installs from whatever index the machine uses. `fewest` keeps to one version of a package
# for all three Pythons where one will do.
UV := $(VENV)/uv/bin/uv
lock: $(READY)  ## resolve the dependencies of pyproject.toml anew; write requirements.lock (ARGS=--upgrade)
	test -x $(UV) || { $(PY) -m venv $(VENV)/uv && $(VENV)/uv/bin/python -m pip install --quiet 'uv>=0.9'; }
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --custom-compile-command 'make lock' --quiet --output-file requirements.lock $(ARGS)
	@echo 'Now bring environment.yml in step: make test ARGS=tests/test_project.py'

# Two stamps: the packages are installed again only when the lock changes, this checkout also when pyproject.toml does.
$(LOCKED): requirements.lock
	@for python in $(PYTHON); do \
	  "$$python" -c '$(FITS)' 2>/dev/null && break; \
	  tried="$$tried $$python ($$("$$python" -c '$(VERSION)' 2>/dev/null || echo 'does not run'))"; \
	  python=; \
	done; \
	test -n "$$python" || { \
	  echo "Python 3.11, 3.12 or 3.13 is needed; tried:$$tried." >&2; \
	  echo 'Install one, or name it: make PYTHON=/path/to/python setup' >&2; exit 1; }; \
	echo "Installing the packages of requirements.lock into $(VENV) with $$python; this takes a minute or two."; \
	"$$python" -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	$(PY) -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@
