"""Names of the units that a file of geometries can have.

Apart from their values, which SciPy knows: a config is read at each start of Snakemake, and SciPy
would take a tenth of a second of it.
"""

ENERGIES = ("kcal/mol", "kJ/mol", "eV", "meV", "hartree")
LENGTHS = ("angstrom", "bohr", "nm")


def force(energy: str, length: str) -> str:
    """The name of the unit of a force."""
    return f"{energy}/{length}"


FORCES = tuple(force(energy, length) for energy in ENERGIES for length in LENGTHS)
