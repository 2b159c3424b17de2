"""Draw conformers, their energies and their torsion angles for print."""

from confsym.conformers import ensemble, gallery
from confsym.energies import tables
from confsym.figures import conformers, drawing, energies, torsions
from confsym.molecules import molecule
from confsym.molecules import torsions as bonds
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake):
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    topology = Topology.from_description(description)
    positions = ensemble.read(snakemake.input.ensemble).positions
    energy = tables.read(snakemake.input.energies)
    isomers = files.read_csv(snakemake.input.table)["stereoisomer"]
    shown = gallery.gallery(positions, energy, isomers, target, topology)
    rotatable = bonds.rotatable_torsions(target, molecule.equivalence_classes(target))
    drawing.use_style(snakemake.input.style)
    output, params = snakemake.output, snakemake.params
    figure = conformers.conformers(shown, topology, params.title)
    drawing.save(figure, output.conformers, params.columns)
    drawing.save(energies.energies(energy, isomers, params.title), output.energies, params.columns)
    figure = torsions.torsions(rotatable, positions, target, params.title)
    drawing.save(figure, output.torsions, params.columns)
