"""Put all verdicts into one table."""

from confsym.provenance.jobs import job
from confsym.storage import readable
from confsym.symmetry import trial

with job(snakemake):
    found = snakemake.input
    symmetry, rotations, smoothness = (
        readable.read_frame(path) for path in (found.symmetry, found.rotations, found.smoothness)
    )
    frames = [
        trial.energies(symmetry, rotations),
        *(trial.forces(readable.read_frame(path)) for path in found.forces),
        trial.without_forces(snakemake.params.study),
        trial.smoothness(smoothness),
    ]
    readable.write(trial.table(*frames), trial.HEADINGS, snakemake.output)
