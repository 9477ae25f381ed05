# Every command a person needs. `make` alone lists them.
#
# All of them work in ./.venv, made with the first Python of at least 3.12 that is found
# (`make demo PY=/path/to/python3.13` names another), and install what the lock names, no more.

PY   ?=
PORT ?= 8000
ARGS ?=
CASES ?= 20000
BENCH ?=
MINUTES ?= 120

VENV   := .venv
PYTHON := $(VENV)/bin/python
UV     := $(VENV)/bin/uv

# What `make test-quick` leaves out anyway; reading it, three times over, takes seconds.
UNREAD := --ignore=tests/e2e --ignore-glob='tests/sandbox/test_*_sdk.py'

# Without byte code every run compiles Django anew, at twice the time.
unexport PYTHONDONTWRITEBYTECODE
# Settings are chosen here and in pyproject.toml, never by what a shell happened to export.
unexport DJANGO_SETTINGS_MODULE

.DEFAULT_GOAL := help
.PHONY: help demo test test-quick test-several hammer soak fuzz bench check format lint types templates migrations deployment locks \
        translations audit browser fields image licences messages permissions screenshots fix lock clean setup setup-dev venv

help:
	@echo 'make demo         the studio with sample data on http://127.0.0.1:$(PORT)   (PORT=8001 to change)'
	@echo 'make test         every test this machine can run'
	@echo 'make test-quick   the same without other programs: no provider, no browser, no PostgreSQL, no S3, no kill -9   (ARGS="-k word")'
	@echo 'make test-several the browser tests against two web processes, three workers, PostgreSQL, S3 and nginx   (ARGS="-k word")'
	@echo 'make fuzz         the reader of answers against 20,000 broken ones, and its growth   (CASES=2000)'
	@echo 'make hammer       kill and disturb workers on several machines for two minutes   (ARGS="--seconds 600 --s3")'
	@echo 'make bench        what a call costs, how soon jobs are done, how fast a ledger verifies, a long history and long lists are read, how soon a picture is let in or refused, whether pictures shrink, a ZIP is sent, what the web server holds, a browser shows   (BENCH=payload, gate, pictures, jobs, ledger, spend, history, lists, web, browser, media or zip)'
	@echo 'make soak         a team at work on web and worker processes for two hours: memory, answers, and the books at the end   (MINUTES=20)'
	@echo 'make check        format, lint, types, templates, migrations, deployment, locks, licences, known holes, translations'
	@echo 'make fix          let the formatter and the linter mend what they can'
	@echo 'make browser      fetch a Chromium for the browser tests'
	@echo 'make messages     collect the texts to translate, and compile the translations'
	@echo 'make screenshots  take the pictures of the README and the docs anew, of the demo itself'
	@echo 'make permissions  print docs/permissions.md from the table that the tests hold the studio to'
	@echo 'make fields       print docs/fields.md from the forms'
	@echo 'make licences     print docs/licences.md from the packages of the lock'
	@echo 'make audit        ask whether a hole is known in a package of the lock'
	@echo 'make image        build the image, start it, look whether it is ready and what it may do'
	@echo 'make lock         resolve the dependencies of pyproject.toml anew   (ARGS="--upgrade")'
	@echo 'make clean        remove .venv and what the tools wrote; the data/ folder stays'

# ── What people run ────────────────────────────────────────────────────────────────────────────

demo: setup
	@exec $(PYTHON) manage.py demo --port $(PORT)

test: setup-dev
	@$(PYTHON) -m tests.run_all

test-quick: setup-dev
	@$(PYTHON) -m pytest -n logical -m 'not e2e and not s3 and not force and not thorough' $(UNREAD) $(ARGS)

test-several: setup-dev
	@env E2E_STUDIO=several $(PYTHON) -m tests.pg -- $(PYTHON) -m pytest -q -n 0 -o faulthandler_timeout=900 tests/e2e $(ARGS)

fuzz: setup-dev
	@env CASES=$(CASES) $(PYTHON) -m pytest -q -s -p no:cacheprovider -o faulthandler_timeout=0 tests/provider/test_fuzz.py
	@$(PYTHON) -m tests.provider.growth

bench: setup-dev
	@$(PYTHON) -m bench $(BENCH) $(ARGS)

check: format lint types templates migrations deployment locks audit translations
	@echo 'check: all good'

soak: setup-dev
	@$(PYTHON) -m bench.soak --minutes $(MINUTES) $(ARGS)

hammer: setup-dev
	@$(PYTHON) -m tests.jobs.storm $(ARGS)

# ── The parts of `make check`; `make -k check` goes on after a failure ─────────────────────────

format: setup-dev
	@$(PYTHON) -m ruff format --check --quiet --output-format concise .

lint: setup-dev
	@$(PYTHON) -m ruff check --quiet --output-format concise .

types: setup-dev
	@$(PYTHON) -m mypy

templates: setup-dev
	@$(PYTHON) -m djlint templates --lint --quiet

migrations: setup-dev
	@$(PYTHON) manage.py makemigrations --settings nbweb.settings_test --check --dry-run

# As a server runs it. The database is only named: no check opens PostgreSQL.
deployment: setup-dev
	@env SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	     ALLOWED_HOSTS=studio.example NB_HTTPS=1 DEBUG=0 \
	     DATABASE_URL=postgresql://studio@database.example/studio \
	     $(PYTHON) manage.py check --deploy --fail-level WARNING

locks: setup-dev
	@$(PYTHON) -m pytest -q -p no:cacheprovider tests/test_house.py -k 'lock or dependency or licence'

# Where the list of known holes cannot be reached, this says so and goes on.
audit: setup-dev
	@$(PYTHON) -m tests.audit

translations: setup-dev
	@$(PYTHON) -m tests.translations

# ── What changes files ─────────────────────────────────────────────────────────────────────────

fix: setup-dev
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format --quiet .

browser: setup-dev
	@$(PYTHON) -m tests.browser --install

messages: setup-dev
	@$(PYTHON) -m tests.translations --update

fields: setup-dev
	@$(PYTHON) -m tests.fields

licences: setup-dev
	@$(PYTHON) -m tests.licences

image:
	@deploy/check-image.sh

screenshots: setup-dev
	@$(PYTHON) -m tests.screenshots

permissions: setup-dev
	@$(PYTHON) -m tests.permissions

# The dev lock takes every version of the run-time lock, so that tests try what servers run.
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.12 --generate-hashes --quiet \
          --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'
lock: venv
	@$(COMPILE) --extra postgres --extra s3 --extra traces --output-file requirements.lock $(ARGS)
	@$(COMPILE) --all-extras --constraint requirements.lock --output-file requirements-dev.lock $(ARGS)

clean:
	rm -rf $(VENV) test-artifacts staticfiles .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── The environment ────────────────────────────────────────────────────────────────────────────

# The stamp of an installation is a copy of the lock it was made from: a second start compares two
# files and is done, whatever the dates that git gave them. Installing one lock takes both stamps
# away first, for either may move a version of the other.
define install
	@cmp -s $(1) $(VENV)/installed-$(1) || { \
	  echo 'Installing $(1) ...' >&2 && rm -f $(VENV)/installed-* && \
	  $(UV) pip install --quiet --python $(PYTHON) --require-hashes -r $(1) && cp $(1) $(VENV)/installed-$(1); }
endef

setup: venv
	$(call install,requirements.lock)

setup-dev: venv
	$(call install,requirements-dev.lock)

# A .venv is used as it is when it was made for this very folder, by a Python that still runs and is
# new enough. Any other (moved, copied, of another tool, half made, of a removed Python) is made anew.
# uv is fetched into it by pip, and told never to download an interpreter.
export UV_PYTHON_DOWNLOADS := never
UV_VERSION := 0.13

venv:
	@if ! grep -qsF '$(CURDIR)/$(VENV)' $(VENV)/pyvenv.cfg || \
	    ! $(PYTHON) -c 'import pip, sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
	  for python in $(or $(PY),python3 python3.14 python3.13 python3.12); do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && break; python=; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo 'NB Studio needs Python 3.12 or newer, and $(or $(PY),python3) is'" $$($(or $(PY),python3) --version 2>&1 | tail -1)." >&2; \
	    echo 'Install one and name it: make PY=python3.13 ...' >&2; exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$($$python --version) ..." >&2 && rm -rf $(VENV) && $$python -m venv $(VENV); \
	fi
	@case "$$($(UV) --version 2>/dev/null)" in "uv $(UV_VERSION)."*) ;; \
	  *) $(PYTHON) -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION).*' ;; esac
