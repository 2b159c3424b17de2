"""Count tested geometries that are training ones, or nearly."""

from confsym.conformers import ensemble, near_copies
from confsym.conformers.split import HELD_OUT, TRAIN
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake) as log:
    positions = ensemble.read(snakemake.input.ensemble).positions
    trains = files.read_csv(snakemake.input.split)["partition"] == TRAIN
    further = (ensemble.read(path).positions for path in snakemake.input.tests)
    tested = {HELD_OUT: positions[~trains]}
    tested |= dict(zip(snakemake.params.tests, further, strict=True))
    table = near_copies.near_copies(positions[trains], tested)
    for remark in near_copies.remarks(table, snakemake.wildcards.molecule):
        log.warning(remark)
    readable.write(table, near_copies.HEADINGS, snakemake.output)
