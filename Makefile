PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/installed
BIN := $(VENV)/bin
# Neighbours stay together: what they share is then made once.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal

.PHONY: install engines serve test check bench conformance clean

install: $(STAMP)

# pip 25.1 is the first that reads dependency groups.
$(STAMP): pyproject.toml Makefile hatch_build.py $(wildcard frontend/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say which with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@test -d service/static/vendor || echo 'The SPARQL editor could not be built; a plain field takes its place. FRONTEND=require says why.'
	touch $(STAMP)

# Engines elsewhere that tests run against; Fuseki takes Java 17 or later.
MAVEN_REPOSITORY ?= https://repo1.maven.org/maven2
FUSEKI_VERSION := 5.5.0
FUSEKI_SHA256 := c8611d326ac387f1e5a854f9c56571e5f3961b9ec945783c9249a1fa01e0f820
FUSEKI := $(VENV)/engines/fuseki.jar

engines: install $(FUSEKI)
	$(BIN)/python -m pip install --quiet --group engines

$(FUSEKI): | $(STAMP)
	mkdir -p $(@D)
	curl --fail --silent --show-error --location --retry 3 --output $@.part $(MAVEN_REPOSITORY)/org/apache/jena/jena-fuseki-server/$(FUSEKI_VERSION)/jena-fuseki-server-$(FUSEKI_VERSION).jar
	echo '$(FUSEKI_SHA256)  $@.part' | sha256sum --check --quiet
	mv $@.part $@

serve: install
	$(BIN)/mandategraph serve

test: install
	$(PYTEST)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

bench: install
	$(BIN)/python -m pip install --quiet --group peers
	$(BIN)/python -m bench.service

conformance: install
	$(BIN)/python -m conformance --suite $(SUITE)

clean:
	rm -rf $(VENV) service/static/vendor var .mypy_cache .pytest_cache .ruff_cache
