"""Measure what each term of MMFF94 is worth."""

from functools import partial

from confsym.conformers import ensemble, split
from confsym.energies.terms import mmff_terms
from confsym.models.build import build
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.rediscovery import ablation
from confsym.storage import files, parquet, readable

with job(snakemake):
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    positions = ensemble.read(snakemake.input.ensemble).positions
    conformer, values = parquet.read_features(snakemake.input.features[0])
    names = parquet.read_names(snakemake.input.features[0])
    train = files.read_csv(snakemake.input.split)["partition"][conformer] == split.TRAIN
    terms = mmff_terms(target, positions, snakemake.wildcards.molecule)
    kind = (snakemake.params[name] for name in ("function", "takes", "settings"))
    model = partial(build, *kind, widths=[])
    table = ablation.ablation(model, names, values, terms[conformer], train)
    readable.write(table, ablation.HEADINGS, snakemake.output, unit=snakemake.params.units)
