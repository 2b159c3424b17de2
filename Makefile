# Every target is a few plain commands; README shows them too.
PYTHON ?= python3
BIN := .venv/bin
CORES ?= all
RERUN_FROM ?= scratch
CONFIG ?= config/config.yaml
LOCK := requirements.lock

.PHONY: run check test test-all coverage drills benchmarks test-slurm slurm python env report archive reproduce docs manuscript latex lock generated clean

run: env
	$(BIN)/snakemake --cores $(CORES)

# Reads the file before Snakemake does, which would not say where it fails.
check: env
	PYTHONPATH=workflow/scripts $(BIN)/python -m confsym.study.config_file "$(CONFIG)"
	$(BIN)/snakemake --configfile "$(CONFIG)" --list-rules >/dev/null

# A file of tests keeps to one process, so that the study it looks at is made once.
test: env
	$(BIN)/python -m pytest -m "not slow and not long" --numprocesses auto --dist loadfile --no-loadscope-reorder

test-all: env
	$(BIN)/python -m pytest -m "not long" --numprocesses auto --dist loadfile --no-loadscope-reorder

# What make test runs, and which lines of the package that reaches; its record goes into docs/reliability.md.
coverage: env
	$(BIN)/python -m coverage run -m pytest -m "not slow and not long" --numprocesses auto --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python docs/covered.py
	$(BIN)/python docs/drills.py

# The long form of each drill; their records go into docs/reliability.md.
drills: env
	$(BIN)/python -m pytest tests/drills -m long --numprocesses auto --dist loadfile
	$(BIN)/python docs/drills.py

# Each program alone, one after the other; their records go into docs/performance.md.
benchmarks: env
	$(BIN)/python benchmarks/all.py
	$(BIN)/python docs/benchmarks.py

# What Snakemake needs for Slurm, beside the environment: it imports at every start what lies in it.
slurm: env
	@cmp -s requirements-slurm.lock .slurm/built-from || { \
	  rm -rf .slurm && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target .slurm -r requirements-slurm.lock && \
	  cp requirements-slurm.lock .slurm/built-from; }

# A Slurm of one node, started for the tests and stopped after them.
test-slurm: slurm
	@if [ "$$(id -u)" = 0 ] && ! command -v slurmctld >/dev/null && command -v apt-get >/dev/null; then \
	  apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends slurm-wlm munge; fi
	$(BIN)/python -m pytest tests/cluster

# An interpreter that is there and new enough.
python:
	@command -v $(PYTHON) >/dev/null || { echo "make: there is no command $(PYTHON); install Python 3.11 or newer, or name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $$($(PYTHON) --version) is too old, confsym needs 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }

env: python
	@case "$(CURDIR)" in *[[:space:]]*) echo "make: Snakemake runs no job with a Python whose path has a space, as .venv's would have in $(CURDIR); move the clone" >&2; exit 1;; esac
	@test -f $(LOCK) || { echo "make: $(LOCK) is missing, so the environment cannot be built; restore it with: git checkout $(LOCK)" >&2; exit 1; }
	@test -f environment.yml || { echo "make: environment.yml is missing, and every rule names it; restore it with: git checkout environment.yml" >&2; exit 1; }
	@{ { $(PYTHON) --version; cat $(LOCK); } | cmp -s - .venv/built-from && $(BIN)/python -c ''; } 2>/dev/null || { \
	  echo "make: building .venv from $(LOCK)" && \
	  $(PYTHON) -m venv --clear .venv && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(LOCK) && \
	  { $(PYTHON) --version; cat $(LOCK); } >.venv/built-from; }

report: env
	$(BIN)/snakemake --cores $(CORES)
	$(BIN)/snakemake --report report.zip
	$(BIN)/snakemake --report report.html

# The first command runs nothing: it refuses what is not committed.
archive: env
	$(BIN)/snakemake archive --list-input-changes >/dev/null
	$(BIN)/snakemake --cores $(CORES)
	$(BIN)/snakemake --report report.zip
	$(BIN)/snakemake --cores $(CORES) archive

# Needs no environment: it builds its own, in the folder INTO, if one is named.
reproduce: python
	@test -n "$(ARCHIVE)" || { echo "make: name the archive: make reproduce ARCHIVE=path/to/it.zip" >&2; exit 1; }
	PYTHONPATH=workflow/scripts $(PYTHON) -m confsym.archive.reproduce "$(ARCHIVE)" $(if $(INTO),"$(INTO)") --cores "$(CORES)" --rerun-from "$(RERUN_FROM)"

lock:
	uv pip compile --universal --generate-hashes --fork-strategy fewest --python-version 3.11 \
	  --custom-compile-command "make lock" --quiet --output-file $(LOCK) requirements.in
	uv pip compile --universal --generate-hashes --no-deps --python-version 3.11 \
	  --custom-compile-command "make lock" --quiet --output-file requirements-slurm.lock requirements-slurm.in

docs: run
	$(BIN)/snakemake --cores $(CORES) periodicity
	$(BIN)/snakemake --cores $(CORES) --configfile config/full.yaml --directory full
	$(BIN)/snakemake --cores $(CORES) dynamics --configfile config/thermal.yaml --directory thermal
	$(BIN)/python docs/update.py

latex:
	@command -v latexmk >/dev/null && command -v pdflatex >/dev/null || { echo "make: there is no LaTeX here (latexmk and pdflatex), so the manuscript cannot be built; install it, on Debian: apt-get install latexmk texlive-latex-recommended" >&2; exit 1; }

manuscript: latex run
	latexmk -pdf -cd -interaction=nonstopmode -outdir=build docs/manuscript/manuscript.tex

generated: env
	PYTHONPATH=workflow/scripts $(BIN)/python -m confsym.study.catalogue

clean:
	rm -rf .venv
