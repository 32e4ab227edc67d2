# make run      set up once, then the demo; with SITE=URL CONTACT=you@example.org, crawl that blog into ./captures
# make test     everything that has to hold: make check, then the tests
# make check    style, types, import contracts, generated docs
# make soak     the tests that take minutes
# make players  install the browser, players and clients of others that the tests use
# make bench    measure against other tools
# make reference   write the verbs' part of docs/reference.md
# make clean    remove what make made; archives stay

SHELL := /bin/sh
BIN := .venv/bin
SET_UP := .venv/.set-up
export SITE CONTACT PYTHON

.PHONY: run setup check test soak bench reference clean nginx pywb players

run: setup
	@if [ -z "$$SITE" ]; then exec $(BIN)/variorum demo; fi; \
	if [ ! -e captures/variorum.toml ]; then \
	  if [ -z "$$CONTACT" ]; then \
	    echo "Public hosts are told who asks: make run SITE=$$SITE CONTACT=you@example.org" >&2; exit 2; fi; \
	  $(BIN)/variorum init captures --contact "$$CONTACT" || exit; fi; \
	$(BIN)/variorum watch --home captures -- "$$SITE" || exit; \
	exec $(BIN)/variorum crawl --home captures

setup: $(SET_UP)

$(SET_UP): pyproject.toml constraints.txt
	@python=$$PYTHON; \
	if [ -z "$$python" ]; then \
	  for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$each; break; fi; \
	  done; fi; \
	if [ -z "$$python" ]; then \
	  echo "Variorum needs Python 3.11 or later. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; \
	  exit 1; fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$python has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; fi; \
	  echo "Making the environment .venv with $$($$python --version) ..."; \
	  $$python -m venv --clear .venv || exit; fi; \
	echo "Installing Variorum and the $$(grep -c '==' constraints.txt) libraries of constraints.txt into .venv ..."; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt && touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/make_reference.py --check

test: check players
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

soak: setup
	$(BIN)/python -m pytest -q -m soak

bench: setup nginx pywb
	$(BIN)/python -m benchmarks

reference: setup
	$(BIN)/python docs/make_reference.py

# Both are optional: a benchmark that misses one says so.
nginx:
	@if command -v nginx >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing the system package nginx-light, which serves the pages of the benchmarks ..."; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light \
	    || echo "nginx could not be installed; going on without it." >&2; \
	else echo "No nginx here; going on without it. On Debian or Ubuntu: sudo apt-get install nginx-light" >&2; fi

pywb: setup
	@$(BIN)/python -m tests.install_players pywb

# Outside the checkout, in VARIORUM_PLAYERS, else ~/.cache/variorum-players. Without them their tests are skipped.
players: setup
	@$(BIN)/python -m tests.install_players

clean:
	rm -rf .venv build dist variorum.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find archive crawler schedules tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
