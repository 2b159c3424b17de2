"""ASE's own constants, which calculators use: those of SciPy are of another year."""

from ase import units

KCAL = units.kcal / units.mol  # eV in a kcal/mol
