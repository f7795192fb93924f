# `make run` and `make test` need a Python of 3.11 or later and nothing else; each target says what it is for.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check fix proof bench messages lock clean setup

# A Python may stand on PATH and not run, so each candidate is tried.
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
RUN = .venv/bin/python -m
export UV_PYTHON_DOWNLOADS = never

help: ## say what the targets are for
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
	    printf '%-15s %s\n' "$$name" "$$text"; done

run: setup ## start the portal with demonstration data; Ctrl-C stops it
	@exec $(RUN) dxportal.serve

test: browser check ## every check, then every test
	@$(RUN) pytest -n 2 --dist worksteal

check: setup ## formats, lint, imports, types, migrations, production settings, compose file
	@$(RUN) dxportal.checks

fix: setup ## mend what the formatters and linters can mend by themselves
	@$(RUN) ruff format && $(RUN) ruff check --fix && git ls-files '*.html' | xargs -r .venv/bin/djade --target-version 5.2

proof: setup ## the long proofs, which print their figures
	@for proof in bench/proof_*.py; do [ ! -e "$$proof" ] || $(RUN) bench.$$(basename "$$proof" .py) || exit 1; done

bench: setup ## the benchmarks, each against its floor
	@for bench in bench/bench_*.py; do [ ! -e "$$bench" ] || $(RUN) bench.$$(basename "$$bench" .py) || exit 1; done

messages: setup ## collect the strings to translate into locale/ and compile them
	@$(RUN) dxportal.messages

lock: setup ## lock requirements*.in and package.json anew, with hashes and without host names
	@for name in requirements requirements-dev; do .venv/bin/uv pip compile --quiet --universal --no-header \
	    --python-version 3.11 --generate-hashes --upgrade $$name.in --output-file $$name.txt || exit 1; done
	@npm install --package-lock-only

clean: ## remove everything that make made, the data in var/ included
	rm -rf .venv node_modules static/vendor var

setup:
	@[ -n "$(PYTHON)" ] || { echo "No Python of 3.11 or later that runs was found on PATH." >&2; exit 1; }
	@$(PYTHON) dxportal/prepare.py

browser:
	@[ -n "$(PYTHON)" ] || { echo "No Python of 3.11 or later that runs was found on PATH." >&2; exit 1; }
	@$(PYTHON) dxportal/prepare.py --browser
