"""Set the experiments side by side on all molecules."""

from confsym.evaluation import comparison
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake) as log:
    molecules, inputs = snakemake.params.molecules, snakemake.input
    summaries = dict(zip(molecules, map(readable.read_frame, inputs.summaries), strict=True))
    deviations = {
        name: comparison.held_out_std(
            files.read_csv(energies)["energy_kcal_mol"], files.read_csv(split)["partition"]
        )
        for name, energies, split in zip(molecules, inputs.energies, inputs.splits, strict=True)
    }
    errors = comparison.errors(summaries, deviations, snakemake.params.levels)
    winners, ranks = comparison.winners(errors), comparison.ranks(errors)
    log.info(comparison.in_words(winners))
    unit = snakemake.params.units
    readable.write(errors, comparison.ERRORS_HEADINGS, snakemake.output.errors, unit=unit)
    readable.write(winners, comparison.WINNERS_HEADINGS, snakemake.output.winners, unit=unit)
    readable.write(ranks, comparison.RANKS_HEADINGS, snakemake.output.ranks, unit=unit)
