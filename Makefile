PYTHON ?= python

.PHONY: check test bench

check:  ## format, lint, types, architecture
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest tests/architecture

test:  ## every test
	$(PYTHON) -m pytest

bench:  ## how fast, how small: a table
	$(PYTHON) -m benchmarks
