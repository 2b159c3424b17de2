"""Draw conformers, their energies and their torsion angles for print."""

from confsym import ensemble, files, gallery, molecule
from confsym import torsions as bonds
from confsym.energies import tables
from confsym.figures import conformers, drawing, energies, torsions
from confsym.jobs import job
from confsym.topology import Topology

with job(snakemake.log[0]):
    description, title = files.read_json(snakemake.input.molecule), snakemake.params.title
    target = molecule.from_description(description)
    topology = Topology.from_description(description)
    positions = ensemble.read(snakemake.input.ensemble).positions
    energy = tables.read(snakemake.input.energies)
    isomers = files.read_csv(snakemake.input.table)["stereoisomer"]
    shown = gallery.gallery(positions, energy, isomers, target, topology)
    found = bonds.rotatable_torsions(target, molecule.equivalence_classes(target))
    drawing.use_style(snakemake.input.style)
    drawing.save(conformers.conformers(shown, topology, title), snakemake.output.conformers)
    drawing.save(energies.energies(energy, isomers, title), snakemake.output.energies)
    figure = torsions.torsions(found, positions, target, f"{title}, {len(energy):,} conformers")
    drawing.save(figure, snakemake.output.torsions)
