# Everything runs from one virtual environment, .venv, made from the hashed lock. Python 3.11 and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
GIVEN_ORDERS := $(ORDERS)
# A campaign without SEED= draws one and prints it.
GIVEN_SEED := $(SEED)
ORDERS ?= 3000
SEED ?= 1
SECONDS ?= 45
DATA ?=
CSV ?=
CLOCK ?= wall
INVOICES ?=
NODES ?= 1
KAFKA_VERSION ?=
ONLY ?=
GROWTH ?=
BURST ?=
KEYS ?=
RECORDS ?= 20000
CONTENDERS ?= 10000

BIN := .venv/bin
LOCK = $(BIN)/uv pip compile --quiet pyproject.toml --python-version 3.11 --universal --generate-hashes \
	--no-header --no-emit-index-url --annotation-style line

.PHONY: fuzz install demo test test-long check docs kafka bench chaos race soak lock clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml demo/pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "orderline: $(PYTHON) is not there; name another: make install PYTHON=python3" >&2; exit 2; }
	@echo "making .venv (half a minute the first time) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable ./demo
	@touch $@

demo: install
	@$(BIN)/orderline demo --orders $(ORDERS) --seed $(SEED) --seconds $(SECONDS) $(if $(DATA),--data $(DATA)) \
		$(if $(CSV),--csv $(CSV) --clock $(CLOCK) $(if $(INVOICES),--invoices $(INVOICES)))

# The product is started some hundred times: without compiled modules each start takes half a second longer.
test test-long: export PYTHONDONTWRITEBYTECODE =

test: install
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

test-long: install
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -o faulthandler_timeout=14400 -m long

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/unit/test_architecture.py

docs: install
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --fresh-env --write-all --builder html docs build/site
	@echo "the site is in build/site: open build/site/index.html"

kafka: install
	@$(BIN)/python -m demo.brokers $(if $(KAFKA_VERSION),--version $(KAFKA_VERSION))

bench: install
	@$(BIN)/python -m benchmarks --seed $(SEED) $(if $(GIVEN_ORDERS),--orders $(GIVEN_ORDERS)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(GROWTH),--growth $(GROWTH)) $(if $(BURST),--burst $(BURST)) \
		$(if $(KEYS),--keys $(KEYS)) $(if $(filter command environment,$(origin SECONDS)),--seconds $(SECONDS))

chaos: install
	@$(BIN)/python -m tests.chaos $(if $(GIVEN_SEED),--seed $(GIVEN_SEED)) --seconds $(SECONDS) --nodes $(NODES) \
		$(if $(KAFKA_VERSION),--kafka-version $(KAFKA_VERSION)) --data $(if $(DATA),$(DATA),data/chaos)

fuzz: install
	@$(BIN)/python -m tests.fuzz.mapping $(if $(GIVEN_SEED),--seed $(GIVEN_SEED)) --records $(RECORDS) --data $(if $(DATA),$(DATA),data/fuzz)/mapping
	@$(BIN)/python -m tests.fuzz $(if $(GIVEN_SEED),--seed $(GIVEN_SEED)) --records $(RECORDS) --data $(if $(DATA),$(DATA),data/fuzz)

race: install
	@$(BIN)/python -m tests.race $(if $(GIVEN_SEED),--seed $(GIVEN_SEED)) --contenders $(CONTENDERS) $(if $(DATA),--data $(DATA))

soak: install
	@$(BIN)/python -m tests.soak $(if $(GIVEN_SEED),--seed $(GIVEN_SEED)) --seconds $(SECONDS) --data $(if $(DATA),$(DATA),data/soak)

lock: install
	$(BIN)/python -m pip install --quiet uv==0.13.8
	$(LOCK) --extra development --output-file requirements.lock
	$(LOCK) --extra image --constraint requirements.lock --output-file requirements.image.lock

clean:
	rm -rf .venv build data state .pytest_cache .mypy_cache .ruff_cache .hypothesis
