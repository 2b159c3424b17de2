"""Write what an experiment has acquired: its force field, and its geometries with labels."""

from pathlib import Path

from confsym.acquisition import acquired, extended_xyz
from confsym.archive import checkout
from confsym.force_field import export, file
from confsym.models import fitted
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    description = files.read_json(snakemake.input.molecule)
    geometries = acquired.read(snakemake.input.labels)
    force_field = export.force_field(
        fitted.read(snakemake.input.model),
        description,
        geometries.positions,
        geometries.energy,
        snakemake.params.facts | {"experiment": snakemake.wildcards.experiment},
        Path(snakemake.input.citation).read_text(encoding="utf-8"),
        # Read here and not a parameter: a new commit alone makes no other force field.
        checkout.label_if_known(Path(snakemake.input.citation).parent),
    )
    file.write(snakemake.output.force_field, force_field)
    extended_xyz.write(snakemake.output.geometries, description, geometries)
    log.info("%s, %s", force_field.model, force_field.training)
