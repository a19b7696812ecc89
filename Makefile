# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps

# The tests start hundreds of processes: without bytecode on the disk each of them compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint bench soak browser clean

help:
	@echo "make demo    crawl a small country of fake portals into data/demo.db and show what was found (offline)"
	@echo "make test    install what the tests need and run everything"
	@echo "make lint    ruff and mypy --strict"
	@echo "make bench   measure speed (ratios, not promises)"
	@echo "make soak    the long tests: many kills at random moments"

$(STAMPS)/venv:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Python 3.11 to 3.14 is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/venv pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(STAMPS)/dev: $(STAMPS)/venv pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(STAMPS)/run

demo: $(STAMPS)/run
	$(BIN)/scrapy demo

# A browser for the tests that look at pages: Debian's, when we may install it; otherwise we say what to do.
browser:
	@sh tests/browser.sh

# Three at a time: many tests wait for something. In the order of their folders: the longest do not come last, alone.
test: $(STAMPS)/dev browser lint
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not soak" $(ARGS)

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

bench: $(STAMPS)/dev
	@for name in crawl many parse repair reparse store remote planning cluster; do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

soak: $(STAMPS)/dev
	$(BIN)/python -m pytest -n 2 -m soak $(ARGS)

clean:
	rm -rf $(VENV) data .pytest_cache .mypy_cache .ruff_cache build *.egg-info
