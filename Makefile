# SPDX-License-Identifier: Apache-2.0
# `make help` lists the recipes. `make demo` and `make test` need Python 3.11 or later and nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
RUN := tools/run
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: help setup setup-all demo test test-full check bench bench-privacy bench-rules bench-ledger soak format messages docs lock clean

help: ## list the recipes
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## install the tools and the locked packages into .venv
	@tools/setup

setup-all:
	@tools/setup names postgres spark timestamps models ner

demo: setup ## run the main job on the example operator and say where to look
	@tools/system-packages fonts-noto-cjk
	@$(RUN) shirube demo build/demo

test: ## the fast tests (two to three minutes)
	@tools/setup names timestamps
	@$(RUN) pytest

test-full: setup-all ## browser, big tables, crash loops, peers (needs Debian packages; root installs them)
	@tools/system-packages --required chromium chromium-driver fonts-noto-cjk poppler-utils \
	  postgresql default-jre-headless golang-go golang-golang-x-mod-dev strace openssl
	@command -v npm >/dev/null || tools/system-packages --required npm
	@$(RUN) pytest -m full

check: setup-all ## format, lint, types, floors, schemas, messages, docs
	@$(RUN) ruff format --check
	@$(RUN) ruff check
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(RUN) shirube rules check
	@$(RUN) python tools/check_schemas.py
	@$(RUN) python tools/messages.py check
	@$(RUN) python tools/reference.py check
	@$(RUN) python tools/check_docs.py
	@$(RUN) python tools/check_coverage.py

bench-privacy: setup-all ## anonymity, de-identification, attacks and the search for personal data against their peers
	@$(RUN) python bench/run.py --only anonymity --only deidentify --only attacks --only find

bench-rules: setup-all ## the rule book against other policy engines
	@$(RUN) python bench/run.py --only rules

bench-ledger: setup-all ## the ledger against pymerkle
	@$(RUN) python bench/run.py --only ledger

bench: setup-all ## us and the peers side by side, as ratios (minutes; downloads the peers)
	@$(RUN) python bench/run.py

soak: setup-all ## 10,000 kills of a writer, a line of a gigabyte (an hour)
	@SHIRUBE_SOAK=50 $(RUN) pytest -m full -k "kills or killed or one_long_line"

format: setup ## put the code in order
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

messages: setup ## collect the messages of the code into the Japanese catalogue
	@$(RUN) python tools/messages.py update

docs: setup ## write the generated reference pages anew
	@$(RUN) python tools/reference.py write

lock: ## resolve the dependencies anew
	@tools/uv lock --upgrade

clean: ## remove what the recipes made
	rm -rf build dist .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
