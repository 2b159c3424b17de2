"""Let one walker move a molecule in a heat bath."""

from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.sampling import dynamics, starts
from confsym.sampling.surface import surface
from confsym.storage import files

with job(snakemake) as log:
    params, walker = snakemake.params, int(snakemake.wildcards.walker)
    description = files.read_json(snakemake.input.molecule)
    name, target = description["name"], molecule.from_description(description)
    settings, temperature = params.sampling, params.sampling["temperature"]
    seed, further_set = settings["seed"], params.further_set
    rng = dynamics.generator(seed, walker, further_set)
    conformers = starts.embedded(target, name, walker, params.embedding, seed, further_set)
    with surface(params.function, target, name, params.level) as level:
        starts.require_forces(level, conformers[0], settings["level"])
        atoms = starts.start(level, target, conformers, temperature, rng)
        table = dynamics.record(atoms, settings, rng, name, walker, params.place)
    kelvin = table["temperature_kelvin"]
    log.info("%d frames, mean temperature %.1f K", len(kelvin), kelvin.mean())
    files.write_npz(snakemake.output[0], **table)
