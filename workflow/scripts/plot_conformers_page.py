"""Write the page of conformers to turn."""

from pathlib import Path

from confsym.conformers import ensemble, gallery
from confsym.energies import tables
from confsym.figures.conformers_page import conformers_page
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake):
    description = files.read_json(snakemake.input.molecule)
    topology = Topology.from_description(description)
    shown = gallery.gallery(
        ensemble.read(snakemake.input.ensemble).positions,
        tables.read(snakemake.input.energies),
        files.read_csv(snakemake.input.table)["stereoisomer"],
        molecule.from_description(description),
        topology,
    )
    names = ("page", "style", "script", "library")
    parts = {name: Path(snakemake.input[name]).read_text(encoding="utf-8") for name in names}
    name, level = snakemake.wildcards.molecule, snakemake.params.level
    files.write_text(snakemake.output[0], conformers_page(shown, topology, name, level, parts))
