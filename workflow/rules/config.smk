"""The study's config file, read before Snakemake reads it; where the package is, and what the screen shows."""

import sys
from importlib.util import find_spec
from pathlib import Path

from snakemake.exceptions import WorkflowError

HERE = workflow.current_basedir.get_path_or_uri(secret_free=True)
if "://" in HERE:
    raise WorkflowError(
        f"confsym: its code has to lie on this machine, not at {HERE}; clone the project and name "
        "the clone's workflow/Snakefile in your module."
    )
INSTALLED = find_spec("confsym")
if INSTALLED and "site-packages" in INSTALLED.origin:
    raise WorkflowError(
        "confsym is installed as a package in this environment, and jobs would run that code instead "
        "of the project's; pip uninstall confsym here, and install it in an environment of its own."
    )
SCRIPTS = Path(HERE).resolve().parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

from confsym.provenance.snakemake_private import (
    has_config_of_its_own,
    install_screen,
    named_config,
    refusal,
)
from confsym.study import config_file, registries

install_screen(workflow)
# Before anything imports a registry: whoever extends the project may have mistyped a row.
if slip := registries.unreadable():
    raise refusal(slip)


def readable(*paths):
    """The first of these config files; stop with one sentence if YAML misreads any of them.

    What a module gets of another workflow's config is that workflow's to read.
    """
    if has_config_of_its_own(workflow):
        found = map(config_file.problem, paths)
        if problem := next(filter(None, found), None):
            raise refusal(problem)
    return next(iter(paths), None)


# A --configfile replaces this study; Snakemake alone would merge the two.
if not named_config(workflow)[0]:

    configfile: readable("config/config.yaml")
