# What this project can do. `make` prints this list.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SCENARIO ?=
KIND_DEMO := podwatch-demo
KUBECTL_DEMO := kubectl --context kind-$(KIND_DEMO) -n overview

.PHONY: help
help: ## print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "podwatch needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) (once, about half a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: demo
demo: $(READY) ## play a lesson that was recorded on a real cluster; needs no cluster
	@$(BIN)/podwatch demo

.PHONY: test
test: $(READY) ## run the tests; those on kind too, if kind and Docker are there
	@$(BIN)/python -m pytest

.PHONY: test-kind
test-kind: $(READY) ## run the quick tests on a kind cluster; fail if there can be none
	@$(BIN)/python -m pytest --require-kind -m "kind and not full" tests/kind

.PHONY: test-kind-full
test-kind-full: $(READY) ## run all tests on a kind cluster, also those that take long
	@$(BIN)/python -m pytest --require-kind --full -m kind tests/kind

.PHONY: kind-demo
kind-demo: $(READY) ## the live thing: a kind cluster, and five lessons on it, one after the other
	@kind get clusters 2>/dev/null | grep -qx $(KIND_DEMO) || \
		kind create cluster --name $(KIND_DEMO) --config kind-config.yaml
	@kubectl --context kind-$(KIND_DEMO) wait --for=condition=Ready node --all --timeout=120s
	@$(BIN)/podwatch scenario run --yes --context kind-$(KIND_DEMO) $(KIND_DEMO_LESSONS)
	@echo "the cluster is still there; remove it with: kind delete cluster --name $(KIND_DEMO)"

.PHONY: live
live: $(READY) ## look on while twelve workloads break on kind, at four sizes: films in build/live
	@$(BIN)/python -m tests.kind.live build/live

.PHONY: check
check: $(READY) ## what CI checks besides the tests: ruff, mypy, imports, docs, false claims
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@TZ=UTC $(BIN)/python docs/make.py --check
	@$(BIN)/python -m tests.false_claims

.PHONY: docs
docs: $(READY) ## make the generated pages and pictures anew
	@TZ=UTC $(BIN)/python docs/make.py

.PHONY: repetition
repetition: $(READY) ## count the lines that repeat a cause, in all bundled recordings
	@$(BIN)/python -m tests.repetition

.PHONY: record
record: $(READY) ## record scenarios on kind: make record SCENARIO="crash-loop sidecar" (none: all)
	@$(BIN)/python -m tests.kind.record $(SCENARIO)
	@$(BIN)/python -m pytest -q tests/test_scenarios.py --update-transcripts

.PHONY: bench
bench: $(READY) ## measure speed and size as ratios to a peer in the same run
	@$(BIN)/python -m tests.bench.start
	@$(BIN)/python -m tests.bench.stream
	@$(BIN)/python -m tests.bench.event
	@$(BIN)/python -m tests.bench.diagnose
	@$(BIN)/python -m tests.bench.large
	@$(BIN)/python -m tests.bench.dashboard
	@$(BIN)/python -m tests.bench.classroom
	@$(BIN)/python -m tests.bench.endurance

.PHONY: bench-kind
bench-kind: $(READY) ## measure beside kubectl (get -w, wait) on a kind cluster of its own
	@$(BIN)/python -m tests.bench.beside_kubectl
	@$(BIN)/python -m tests.bench.kind --at-once 1

.PHONY: ci-demo
ci-demo: $(READY) ## the smoke test of an application on a new kind cluster, as CI runs it
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/smoke-test.sh

.PHONY: chaos
chaos: $(READY) ## follow a server that fails in all ways at random, and compare with the truth
	@$(BIN)/python -m tests.chaos --seeds 3 --seconds 20

.PHONY: lock
lock: ## pin the dependencies anew (needs `uv` on PATH)
	@uv pip compile pyproject.toml --group build --group test --group check --universal \
		--python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
		--no-emit-find-links --no-annotate --no-header --quiet -o requirements.txt
	@uv pip compile pyproject.toml -c requirements.txt --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-annotate --no-header --quiet -o .github/action/requirements.txt

.PHONY: clean
clean: ## remove what was set up here
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
