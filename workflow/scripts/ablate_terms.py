"""Measure what each term of MMFF94 is worth."""

from functools import partial

from confsym import ablation, ensemble, files, molecule, parquet, readable, split
from confsym.energies.terms import mmff_terms
from confsym.jobs import job
from confsym.models.build import build

with job(snakemake.log[0]):
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    positions = ensemble.read(snakemake.input.ensemble).positions
    conformer, values = parquet.read_features(snakemake.input.features[0])
    names = parquet.read_names(snakemake.input.features[0])
    train = files.read_csv(snakemake.input.split)["partition"][conformer] == split.TRAIN
    terms = mmff_terms(target, positions, snakemake.wildcards.molecule)
    model = partial(build, snakemake.params.function, snakemake.params.settings, [])
    table = ablation.ablation(model, names, values, terms[conformer], train)
    readable.write(table, ablation.HEADINGS, snakemake.output)
