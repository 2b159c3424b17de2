"""Learn the crystals' energies from each representation, and predict them moved and unmoved."""

from confsym.crystals import experiments, structures
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake):
    table = experiments.fit_and_predict(
        structures.read(snakemake.input.structures),
        files.read_csv(snakemake.input.energies)["energy_mev_atom"],
        files.read_csv(snakemake.input.split)["partition"],
        snakemake.params.settings,
    )
    parquet.write_parquet(snakemake.output[0], table)
