"""Elements as files spell them."""

from functools import lru_cache

import numpy as np
from ase.data import atomic_numbers, chemical_symbols

from confsym.datasets.frames import fault

HEAVY_HYDROGEN = {"D", "T"}
BY_NUMBER = "gives elements as atomic numbers"
HYDROGEN = "has hydrogen written as D or T, which is read as H: an isotope has the same energies"


def numbers_of(
    symbols: tuple[str, ...], source: str, frame: int, line: int | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Atomic numbers of symbols in any case, of atomic numbers as text, and of D and T.

    Parameters
    ----------
    symbols
        Of the atoms of a frame.
    source, frame, line
        Where they stand, for error messages.

    Returns
    -------
    numbers : (atoms,)
    oddities : tuple of str
        What was unusual, for `Geometry.oddities`.

    Raises
    ------
    StudyError
        If a symbol is no element.
    """
    try:
        return _numbers_of(symbols)
    except ValueError as error:
        what = f"has an atom {str(error)!r}, which is no element"
        raise fault(source, frame, line, what) from None


@lru_cache(maxsize=1024)  # a file lists its atoms in few ways
def _numbers_of(symbols: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    numbers, oddities = [], {}
    for symbol in symbols:
        symbol_or_number = symbol.strip().capitalize()
        if symbol_or_number in HEAVY_HYDROGEN:
            oddities[HYDROGEN] = None
            symbol_or_number = "H"
        elif symbol_or_number.isdecimal() and 0 < int(symbol_or_number) < len(chemical_symbols):
            oddities[BY_NUMBER] = None
            symbol_or_number = chemical_symbols[int(symbol_or_number)]
        if not atomic_numbers.get(symbol_or_number):  # ASE calls a dummy atom X and gives it 0
            raise ValueError(symbol)
        numbers.append(atomic_numbers[symbol_or_number])
    atomic_numbers_array = np.array(numbers)
    atomic_numbers_array.setflags(write=False)
    return atomic_numbers_array, tuple(oddities)


def formula(numbers: np.ndarray) -> str:
    """The sum formula, carbon and hydrogen first (Hill's order), as C2H6O."""
    counts = {chemical_symbols[z]: int((numbers == z).sum()) for z in np.unique(numbers)}
    first = [symbol for symbol in ("C", "H") if "C" in counts and symbol in counts]
    order = first + sorted(set(counts) - set(first))
    return "".join(f"{symbol}{counts[symbol] if counts[symbol] > 1 else ''}" for symbol in order)
