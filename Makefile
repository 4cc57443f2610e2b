# Everything a newcomer, a developer and a machine need. Only Python 3.11 or newer with venv, and make.
PYTHON ?= python3
SIZE ?= small
HOST ?= 127.0.0.1
PORT ?= 8000
SERVE ?= 1
WORKERS ?= 2
BIN := .venv/bin
# The lock files are whole: pip installs them and resolves nothing (newer releases on an index cannot disturb it).
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install --no-deps
ARGS ?=

.PHONY: help .venv demo demo-reset demo-data test check bench chaos fuzz interference cover format clean

help: ## say what there is
	@echo 'make demo         the demonstration: one subject, three callers; then serves (SERVE=0 stops, PORT=8000)'
	@echo 'make demo-reset   start the demonstration over; its data, trail and keys are lost'
	@echo 'make demo-data    write a synthetic city: SIZE=small, city or large'
	@echo 'make test         the whole suite (ARGS="-k tier" is passed on; REQUIRE_SERVICES=1 skips nothing; WORKERS=0 in one process)'
	@echo 'make check        format, lint, types, walls'
	@echo 'make bench        measure against peers'
	@echo 'make chaos        two gateways over one database while it fails in every way (ARGS="--answers 10000")'
	@echo 'make fuzz         random federations beside one plain schema (ARGS="--graphs 250 --faults")'
	@echo 'make interference two worlds that differ only above a standing (ARGS="--operations 10000 --standing public")'
	@echo 'make cover        the suite with branch coverage'
	@echo 'make format       write the code as the formatter wants it'
	@echo 'make .venv        only install, into .venv'
	@echo 'make clean        remove .venv and caches; keeps var/'

.venv: .venv/.installed

# hatchling builds the editable install; it comes from the lock file too, so nothing unpinned is fetched.
.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo 'installing into .venv ...'
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

.venv/.checks: .venv/.installed requirements-check.lock
	@echo 'installing the checkers into .venv ...'
	@$(PIP) --require-hashes -r requirements-check.lock
	@touch $@

demo: .venv/.installed
	@$(BIN)/xinyong demo --host $(HOST) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve) $(ARGS)

demo-reset: .venv/.installed
	@$(BIN)/xinyong demo --reset --no-serve $(ARGS)

demo-data: .venv/.installed
	@$(BIN)/xinyong demo --data-only --size $(SIZE) $(ARGS)

# The tests of one file stay together; the suite waits for services about as long as it reckons.
test: .venv/.installed
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: .venv/.checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: .venv/.installed
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: .venv/.installed
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: .venv/.installed
	@$(BIN)/python -m tests.federation.fuzz $(ARGS)

interference: .venv/.installed
	@$(BIN)/python -m tests.interference $(ARGS)

cover: .venv/.installed
	@$(BIN)/python -m pytest --cov --cov-report=term-missing $(ARGS)

format: .venv/.checks
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage dist
