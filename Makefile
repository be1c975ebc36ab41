# Weilin's commands. Everything they need is set up on first use; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON_HERE := .venv/bin/python
PRODUCT := .venv/.ready
CLOUD := .venv-cloud/.ready
# Words for the programs behind `make run` and `make test`: make run ARGS='--port 9000', make test ARGS='tests/inbox -x'
ARGS :=

.PHONY: help setup run test test-long check format clean package deploy

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(PRODUCT) $(CLOUD) ## install everything (run and test do it by themselves)

run: setup ## start the product, a local AWS and the stand-in WeChat, and say where to look
	@exec $(PYTHON_HERE) -m local.serve $(ARGS)

test: setup ## run all tests, the story in a real browser included
	@local/setup.sh browser
	@$(PYTHON_HERE) -m pytest $(ARGS)

test-long: setup ## tell all ten thousand steps of bookings on the local AWS (half an hour)
	@WEILIN_BOOKING_OPERATIONS=10000 $(PYTHON_HERE) -m pytest tests/contract/test_bookings.py $(ARGS)

package: setup ## build what goes to Lambda, without sending it anywhere
	@$(PYTHON_HERE) -m ops.package $(ARGS)

deploy: setup ## bring a stage to this checkout's code: make deploy STAGE=prod ARGS='--egress nat'
	@$(PYTHON_HERE) -m ops.deploy --stage '$(STAGE)' $(ARGS)

check: setup ## style, types and import arrows
	@$(PYTHON_HERE) -m ruff check .
	@$(PYTHON_HERE) -m ruff format --check .
	@$(PYTHON_HERE) -m mypy
	@.venv/bin/lint-imports --no-logo

format: setup ## let ruff put the code in order
	@$(PYTHON_HERE) -m ruff check --fix .
	@$(PYTHON_HERE) -m ruff format .

clean: ## remove what was installed and what the local product has kept
	rm -rf .venv .venv-cloud .local .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# A changed list of requirements installs again; otherwise this costs nothing.
$(PRODUCT): requirements.txt requirements-media.txt requirements-dev.txt
	@local/setup.sh environment .venv $^

$(CLOUD): requirements-cloud.txt
	@local/setup.sh environment .venv-cloud $^
