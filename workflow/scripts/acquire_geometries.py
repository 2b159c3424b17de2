"""Choose the geometries of one round, and label them."""

import numpy as np

from confsym.acquisition import acquired, choice, labelling
from confsym.conformers import ensemble
from confsym.models import fitted
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    params, wildcards = snakemake.params, snakemake.wildcards
    description = files.read_json(snakemake.input.molecule)
    positions = ensemble.read(snakemake.input.ensemble).positions
    partition = files.read_csv(snakemake.input.split)["partition"]
    before = [*map(acquired.read, snakemake.input.before)]
    models = [*map(fitted.read, snakemake.input.model)]
    pool = np.flatnonzero(partition == params.partition)
    numbers = int(wildcards.repeat), int(wildcards.round)
    conformers = choice.choose(pool, positions, before, models, params.acquire, *numbers)
    tables = snakemake.input.energies, snakemake.input.gradients
    target = description, params.folder, positions
    labels = labelling.labels(params.levels, *tables, *target, conformers)
    new_round = acquired.of_round(numbers[1], conformers, positions[conformers], labels)
    acquired.joined([*before, new_round]).write(snakemake.output[0])
    log.info(
        "%d of %d geometries chosen, %d before", len(conformers), len(pool), sum(map(len, before))
    )
