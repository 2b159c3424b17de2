"""Draw a force field at work beside its level: minima, vibrations, and a torsion."""

from confsym.conformers import ensemble, split
from confsym.figures import drawing, force_field
from confsym.molecules import molecule, torsions
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    names = "relaxations", "vibrations", "torsion"
    tables = [readable.read_frame(snakemake.input[name]) for name in names]
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    torsion = torsions.scanned_torsion(target, molecule.equivalence_classes(target))
    train = files.read_csv(snakemake.input.split)["partition"] == split.TRAIN
    training = ensemble.read(snakemake.input.ensemble).positions[train]
    torsion_angles = (torsion.label(target), torsion.degrees(training)) if torsion else None
    params = snakemake.params
    figure = force_field.force_field(*tables, torsion_angles, params.level, params.title)
    drawing.save(figure, snakemake.output, params.columns)
