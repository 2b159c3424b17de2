"""Write the page of conformers to turn."""

from pathlib import Path

from confsym import ensemble, files, gallery, molecule
from confsym.energies import tables
from confsym.figures.conformers_page import conformers_page
from confsym.jobs import job
from confsym.topology import Topology

with job(snakemake.log[0]):
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
