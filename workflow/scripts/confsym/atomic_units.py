"""Constants of nature in kcal/mol and Å: CODATA, in the edition of the installed SciPy."""

from scipy import constants

KCAL_MOL = constants.kilo * constants.calorie / constants.N_A  # J
EV = constants.eV / KCAL_MOL
HARTREE = constants.value("Hartree energy") / KCAL_MOL
BOHR = constants.value("Bohr radius") / constants.angstrom  # Å
