# Every target makes .venv when it is missing, and renews it when the pins have changed.
#
#   make lab         open JupyterLab on the first lesson
#   make test        run every check
#   make notebooks   re-execute the lessons and store their outputs
#   make site        the lessons as web pages, into site
#   make bench       measure, side by side in one run, into benchmarks.md
#
# For teachers; assignments/README.md tells the whole way:
#
#   make assignments the student versions, into assignments/release
#   make grade ASSIGNMENT=01_gradient_descent SUBMISSIONS=folder
#   make formgrader  open the pages where written answers are graded

SHELL := /bin/sh
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first Python at hand that the pinned versions support; `make PYTHON=… lab` takes another.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	if $$p -c "$(SUPPORTED)" 2>/dev/null; then echo $$p; break; fi; done)

BIN := .venv/bin
# JupyterLab refuses to start as the root user unless told; containers often have no other user.
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test notebooks site bench assignments grade formgrader

lab: .venv/readers
	$(BIN)/jupyter lab $(ROOT) notebooks/00_start_here.ipynb

test: .venv/developers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope -rs

notebooks: .venv/developers
	$(BIN)/python tests/notebooks/execute.py

site: .venv/developers
	$(BIN)/python pages/build.py

bench: .venv/measurers
	$(BIN)/python tests/benchmarks

assignments: .venv/teachers
	PYTHONPATH=assignments $(BIN)/python -m grading.build

grade: .venv/teachers
	@PYTHONPATH=assignments $(BIN)/python -m grading.grade "$(ASSIGNMENT)" \
		$(if $(SUBMISSIONS),"$(SUBMISSIONS)") $(if $(AGAIN),--again) \
		$(if $(filter no,$(SANDBOX)),--without-sandbox)

formgrader: .venv/teachers
	cd assignments && ../$(BIN)/jupyter lab $(ROOT) --ServerApp.default_url=/formgrader/gradebook

# These files only mark what is installed; make compares their age with that of the pins.
.venv/readers: requirements.txt pyproject.toml
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c "$(SUPPORTED)"; then \
		echo "This needs Python 3.11, 3.12 or 3.13. Found: $$(python3 --version 2>&1)." \
			"Install one, or name it: make PYTHON=/path/to/python lab"; exit 1; fi
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

.venv/teachers: .venv/readers
	$(BIN)/python -m pip install --quiet --requirement requirements.txt --editable '.[assignments]'
	@touch $@

.venv/developers: .venv/readers
	$(BIN)/python -m pip install --quiet --requirement requirements.txt --editable '.[assignments,site,test]'
	@touch $@

.venv/measurers: .venv/developers
	$(BIN)/python -m pip install --quiet --requirement requirements.txt --editable '.[bench]'
	@touch $@
