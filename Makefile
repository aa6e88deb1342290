# Every target makes .venv when it is missing, and renews it when the pins have changed.
#
#   make lab         open JupyterLab on the first lesson
#   make check       the quick checks: style, units, and the stored form of everything; a minute
#   make test        every check
#   make notebooks   re-execute the lessons and store their outputs
#   make site        the lessons as web pages, into site
#   make lesson NAME=09_your_lesson   a new lesson to fill in
#   make bench       measure, side by side in one run, into benchmarks.md
#
# LESSON=09 makes check, test, notebooks and site do one lesson.
#
# For teachers; assignments/README.md tells the whole way:
#
#   make assignments the student versions, into assignments/release
#   make grade ASSIGNMENT=01_gradient_descent SUBMISSIONS=folder-or-zip
#   make formgrader  open the pages where written answers are graded
#   make hub         a class on JupyterHub; hub/README.md tells how
#   make release ASSIGNMENT=01_gradient_descent   where students on it fetch an assignment

SHELL := /bin/sh
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# NumPy's threads wait for each other on matrices as small as those of the lessons: the network of
# lesson 03 trains twice as fast with one. For larger ones: OMP_NUM_THREADS=8 make lab
export OMP_NUM_THREADS ?= 1
export TF_NUM_INTRAOP_THREADS ?= 1

# The first Python at hand that the pinned versions support; `make PYTHON=… lab` takes another.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	if $$p -c "$(SUPPORTED)" 2>/dev/null; then echo $$p; break; fi; done)

BIN := .venv/bin
# JupyterLab refuses to start as the root user unless told; containers often have no other user.
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# It neither fetches news, nor asks whether it may, nor looks for a newer version of itself.
SETTINGS := .venv/share/jupyter/lab/settings
NO_NEWS := {"@jupyterlab/apputils-extension:notification": \
	{"fetchNews": "false", "checkForUpdates": false}}
PIP := $(BIN)/python -m pip install
SHOW := $(if $(CI),--quiet,--progress-bar on)
# What jupyter_events fetches for a check that nothing here makes; with it, everything that knows
# notebooks (JupyterLab, nbgrader, pytest) starts 2 s later.
UNNEEDED := rfc3987-syntax
INSTALLED = $(BIN)/python -m pip uninstall --quiet --yes $(UNNEEDED) && touch $@
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder -rfEs

# what is about one lesson, and about the map, in which it has its line
ONE = -k "$(firstword $(subst _, ,$(LESSON)))_ or _map"

.PHONY: lab style check test notebooks site lesson bench assignments release grade formgrader hub

lab: .venv/readers
	$(BIN)/jupyter lab $(ROOT) --ServerApp.root_dir=. \
		--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

style: .venv/developers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

check: style
	$(PYTEST) -m "not slow" $(if $(LESSON),tests/form $(ONE),tests/unit tests/form)

test: style
	$(PYTEST) $(if $(LESSON),$(ONE))

notebooks: .venv/developers
	$(BIN)/python tests/notebooks/execute.py $(LESSON)

site: .venv/developers
	$(BIN)/python pages/build.py $(if $(LESSON),--lesson $(LESSON))

lesson: .venv/developers
	$(BIN)/python tests/notebooks/skeleton.py "$(NAME)"

bench: .venv/measurers
	$(BIN)/python tests/benchmarks

assignments: .venv/teachers
	PYTHONPATH=assignments $(BIN)/python -m grading.build

grade: .venv/teachers
	@PYTHONPATH=assignments $(BIN)/python -m grading.grade "$(ASSIGNMENT)" \
		$(if $(SUBMISSIONS),"$(SUBMISSIONS)") $(if $(AGAIN),--again) \
		$(if $(FORMAT),--format "$(FORMAT)") \
		$(if $(WORKERS),--workers "$(WORKERS)") $(if $(ENGINE),--engine "$(ENGINE)") \
		$(if $(filter no,$(SANDBOX)),--without-sandbox)

release: .venv/teachers
	@PYTHONPATH=assignments $(BIN)/python -m grading.exchange "$(ASSIGNMENT)"

hub: .venv/hub
	@PYTHONPATH="$(CURDIR)/hub:$(CURDIR)/assignments" $(BIN)/python hub/start.py

formgrader: .venv/teachers
	cd assignments && ../$(BIN)/jupyter lab $(ROOT) --LabApp.default_url=/formgrader/gradebook

# These files only mark what is installed; make compares their age with that of the pins.
.venv/readers: requirements.txt pyproject.toml
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c "$(SUPPORTED)"; then \
		echo "This needs Python 3.11, 3.12 or 3.13. Found: $$(python3 --version 2>&1)." \
			"Install one, or name it: make PYTHON=/path/to/python lab"; exit 1; fi
	@if ! "$(PYTHON)" -c "import shutil, sys; sys.exit(shutil.disk_usage('.').free < 4e9)"; then \
		echo "The lessons need 4 GB of disk space here, most of it for TensorFlow. Make room, and" \
			"run the same command again."; exit 1; fi
	"$(PYTHON)" -m venv .venv
	@if ! $(PIP) --quiet --dry-run --no-deps --retries 0 anywidget >/dev/null 2>&1; then \
		echo "No packages can be fetched: connect to the network, and run the same command" \
			"again. Once they are installed, nothing needs a network."; exit 1; fi
	@[ -e $(BIN)/saved_model_cli ] || \
		echo "Fetching about 750 MB of packages, most of it TensorFlow; only this once."
	$(PIP) $(SHOW) --requirement requirements.txt
	@mkdir -p $(SETTINGS)
	@echo '$(NO_NEWS)' >$(SETTINGS)/overrides.json
	@$(INSTALLED)

.venv/teachers: .venv/readers
	$(PIP) $(SHOW) --requirement requirements.txt --editable '.[assignments]'
	@$(INSTALLED)

.venv/hub: .venv/readers
	$(PIP) $(SHOW) --requirement requirements.txt --editable '.[assignments,hub]'
	@$(INSTALLED)

.venv/developers: .venv/readers
	$(PIP) $(SHOW) --requirement requirements.txt --editable '.[assignments,cluster,hub,site,test]'
	@$(INSTALLED)

.venv/measurers: .venv/developers
	$(PIP) $(SHOW) --requirement requirements.txt --editable '.[bench]'
	@$(INSTALLED)
