# One machine is enough: git, Python 3.11 or later, Node 20 or later. `make help` lists the commands.

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
UV_VERSION := 0.13.8
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
NODE_IS_NEW := process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header
INSTALL := $(UV) pip install --quiet --python $(PY) --require-hashes -r
WEB := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run setup check types lint audit test synth bench client lock
# Python and Node are set up side by side, and types are checked beside the rest.
MAKEFLAGS += --jobs=2
# A stack is five processes: what one of them has compiled the others need not.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/bytecode

help: ## say what there is
	@awk -F ': .*## |: ## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/ready-to-run web/dist/index.html ## run the whole of Stoa on this machine, at http://127.0.0.1:8080
	@$(PY) -m local

setup: $(VENV)/ready-to-test web/dist/index.html ## install everything that working on Stoa needs
	@.ci/browser $(PY)

check: types lint audit ## format, lint, types, layers, known holes

types: $(VENV)/ready-to-test
	$(VENV)/bin/mypy

lint: $(VENV)/ready-to-test node_modules/.package-lock.json
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/hadolint media_workers/Dockerfile captions/Dockerfile
	@$(PY) -m functions.contract | npm run --silent client -- --check
	@npm run --silent check

audit: $(VENV)/ready-to-test node_modules/.package-lock.json
	@.ci/audit $(PY)

test: setup ## run every test
	@npm test --silent
	@echo "Testing the parts, then the whole stack with a browser"
	@$(PY) -m pytest --quiet -n 2 --dist worksteal --ignore=tests/journeys
	@$(PY) -m pytest --quiet -n 2 --dist loadfile -m 'not alone' tests/journeys
	@$(PY) -m pytest --quiet -m alone tests/journeys

synth: $(VENV)/ready-to-test web/dist/index.html ## make the deployment's templates, in cdk.out
	@npx cdk synth --quiet

bench: $(VENV)/ready-to-run ## measure, beside a baseline in the same run
	@for comparison in bench/cost.py $(filter-out bench/cost.py, $(wildcard bench/*.py)); do \
	PYTHONPATH=. $(PY) $$comparison || exit 1; done

client: $(VENV)/ready-to-run node_modules/.package-lock.json ## write the web client's types from the contract
	@$(PY) -m functions.contract | npm run --silent client

lock: $(UV) ## compile the locked dependencies from pyproject.toml and package.json
	$(COMPILE) --group local -o requirements.txt
	$(COMPILE) --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group functions -c requirements.txt -o functions/requirements.txt
	$(COMPILE) --group media -c requirements.txt -o media_workers/requirements.txt
	$(COMPILE) --group captions -c requirements.txt -o captions/requirements.txt
	@# Away from node_modules, which would leave other platforms' packages out of the lock.
	@folder=$$(mktemp -d) && cp package.json .npmrc $$folder && cd $$folder \
	&& npm install --package-lock-only --no-audit --no-fund --loglevel=error \
	&& cp package-lock.json $(CURDIR) && rm -r $$folder

$(UV):
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Stoa needs Python 3.11 or later, and found none; 'make PYTHON=/path/to/python3' names one."; \
	exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) can't make virtual environments; on Debian or Ubuntu install python3-venv."; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/ready-to-run: requirements.txt | $(UV)
	@echo "Installing Python packages"
	@$(INSTALL) requirements.txt
	@touch $@

$(VENV)/ready-to-test: requirements-dev.txt $(VENV)/ready-to-run
	@echo "Installing Python packages for development"
	@$(INSTALL) requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@node --eval '$(NODE_IS_NEW)' 2>/dev/null || { \
	echo "Stoa's web client needs Node 20 or later to be built; this is $$(node --version 2>/dev/null || echo no Node at all)."; \
	exit 1; }
	@echo "Installing Node packages"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: node_modules/.package-lock.json $(WEB)
	@echo "Building the web client"
	@npm run --silent build -- --logLevel=warn
	@touch $@
