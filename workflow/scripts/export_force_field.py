"""Write one experiment's fitted model as a force field that works without the study."""

from pathlib import Path

from confsym.archive import checkout
from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.force_field import export, file
from confsym.models import fitted
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    train = files.read_csv(snakemake.input.split)["partition"] == split.TRAIN
    force_field = export.force_field(
        fitted.read(snakemake.input.model),
        files.read_json(snakemake.input.molecule),
        ensemble.read(snakemake.input.ensemble).positions[train],
        tables.read(snakemake.input.energies)[train],
        snakemake.params.facts | {"experiment": snakemake.wildcards.experiment},
        Path(snakemake.input.citation).read_text(encoding="utf-8"),
        # Read here and not a parameter: a new commit alone makes no other force field.
        checkout.label_if_known(Path(snakemake.input.citation).parent),
    )
    file.write(snakemake.output[0], force_field)
    log.info("%s, %s", force_field.model, force_field.training)
