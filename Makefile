# demo        the sandbox: try it, no account needed
# test        the tests, below 4 minutes; test-slow: those that take longer
# test-crash  kill the bot at POINTS moments of its day
# test-load   a minute of many people, and a day in virtual time: nothing lost, nothing grows
# test-fuzz   CASES payloads and replies that nobody would send: nothing breaks, all is answered
# lint        style and types
# docs        renew what is made from the code
# bench       measurements
# lock        renew the lock files (needs uv)
PYTHON ?= python3
POINTS ?= 1000
CASES ?= 5000
BIN := .venv/bin

.PHONY: setup demo test test-slow test-crash test-load test-fuzz lint docs bench lock
.DEFAULT_GOAL := demo

setup: .venv/run.stamp

demo: setup
	$(BIN)/python -m bot sandbox

test: setup .venv/dev.stamp
	$(BIN)/python -m pytest -q -m "not slow" -n auto --dist loadfile

test-slow: setup .venv/dev.stamp
	$(BIN)/python -m pytest -q -m slow -n auto --dist loadfile

test-crash: setup .venv/dev.stamp
	$(BIN)/python -m tests.crash --points $(POINTS)

test-load: setup .venv/dev.stamp
	$(BIN)/python -m tests.load

test-fuzz: setup .venv/dev.stamp
	$(BIN)/python -m tests.fuzz --cases $(CASES)

lint: setup .venv/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

docs: setup .venv/dev.stamp
	$(BIN)/python -m tests.generated_docs

bench: setup .venv/dev.stamp
	$(BIN)/python -m tests.bench

lock:
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --extra sandbox \
		pyproject.toml -o requirements.lock
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --extra sandbox --group dev --group build \
		-c requirements.lock pyproject.toml -o requirements-dev.lock

.venv/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Chargehand needs Python 3.11 or newer; name one: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "No virtual environment could be made; on Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
