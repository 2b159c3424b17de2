"""Whether RDKit can embed a molecule at all, found out before thousands of attempts are made."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom

from confsym.conformers.embedding import parameters
from confsym.errors import StudyError

ATTEMPTS, TRIES = 4, 4000  # the first attempts of a study: at least so many, and with so many tries
CURE_TRIES = 50  # for each attempt with another setting: what helps, helps at once
CURES = {
    "basic_knowledge": (False, "aromatic rings and triple bonds may then be bent"),
    "enforce_chirality": (False, "the configuration may then differ from the SMILES"),
    "random_coordinates": (True, ""),
}
CAUSES = {
    "INITIAL_COORDS": "no starting coordinates fit the distances",
    "FIRST_MINIMIZATION": "the first minimisation leaves distances violated",
    "CHECK_TETRAHEDRAL_CENTERS": "a tetrahedral atom comes out too flat",
    "CHECK_CHIRAL_CENTERS": "a stereocentre comes out inverted",
    "CHECK_CHIRAL_CENTERS2": "a stereocentre comes out inverted",
    "MINIMIZE_FOURTH_DIMENSION": "the fourth dimension does not vanish",
    "ETK_MINIMIZATION": "what should be planar or linear does not come out so",
    "FINAL_CHIRAL_BOUNDS": "distances around a stereocentre are violated",
    "FINAL_CENTER_IN_VOLUME": "an atom lies outside the tetrahedron of its neighbours",
    "LINEAR_DOUBLE_BOND": "a double bond comes out linear",
    "BAD_DOUBLE_BOND_STEREO": "a double bond comes out with the other configuration",
}


def require_embeddable(
    molecule: Chem.Mol, name: str, first: int, count: int, options: Mapping[str, Any]
) -> None:
    """Refuse a molecule when neither a shard's nor the study's first attempts give a conformer.

    A shard that begins with failures looks at the study's first attempts, so that all shards come
    to the same verdict however the attempts are cut into shards. An ordinary molecule costs one
    attempt a shard.

    Parameters
    ----------
    molecule
        Molecule with hydrogens; left as it is.
    name
        The study's name for the molecule, for error messages.
    first, count
        The shard's attempts.
    options
        The config's section `embedding`. The number of first attempts follows from `max_attempts`.

    Raises
    ------
    StudyError
        If none succeeds. It names RDKit's reason and a setting with which the attempts succeed.
    """
    probes = max(ATTEMPTS, -(-TRIES // options["max_attempts"]))
    failures = np.zeros(len(rdDistGeom.EmbedFailureCauses.values), dtype=int)
    shard = range(first, first + min(count, probes))
    for attempt in [*shard, *(i for i in range(probes) if i not in shard)]:
        succeeded, failed = _attempt(molecule, attempt, options)
        if succeeded:
            return
        failures[: len(failed)] += failed
    raise StudyError(
        f"molecules.{name}: RDKit finds no conformer: none of the first {probes:,} attempts of "
        f"embedding.max_attempts = {options['max_attempts']:,} tries gave one{_cause(failures)}; "
        f"{_cure(molecule, options)}."
    )


def _attempt(
    molecule: Chem.Mol, attempt: int, options: Mapping[str, Any]
) -> tuple[bool, np.ndarray]:
    """Whether an attempt gives a conformer, and RDKit's count of failed tries by cause."""
    rdkit_parameters = parameters(options)
    rdkit_parameters.randomSeed = options["seed"] + attempt
    rdkit_parameters.trackFailures = True
    try:
        with rdBase.BlockLogs():  # the sentence replaces a stack of RDKit's own
            conformer_ids = rdDistGeom.EmbedMultipleConfs(Chem.Mol(molecule), 1, rdkit_parameters)
    except RuntimeError as error:
        if "Invariant Violation" not in str(error):
            raise
        # RDKit's bounds contradict each other, as with ten bonds at one metal.
        return False, np.zeros(len(rdDistGeom.EmbedFailureCauses.values), dtype=int)
    return len(conformer_ids) == 1, np.array(rdkit_parameters.GetFailureCounts(), dtype=int)


def _cause(failures: np.ndarray) -> str:
    """Say why most tries failed, in words and by RDKit's name."""
    if not failures.any():
        return ", because RDKit finds no consistent bounds of the distances"
    cause = rdDistGeom.EmbedFailureCauses.values[int(failures.argmax())].name
    meaning = f", {CAUSES[cause]}" if cause in CAUSES else ""
    return f" ({failures.max():,} of {failures.sum():,} failed tries: {cause}{meaning})"


def _cure(molecule: Chem.Mol, options: Mapping[str, Any]) -> str:
    """Try other settings on the first attempts, and say which one helps most."""
    bounded = {**options, "max_attempts": min(options["max_attempts"], CURE_TRIES)}
    alternatives = {key: cure for key, cure in CURES.items() if options[key] != cure[0]}
    successes = {}
    for key, (value, _) in alternatives.items():
        changed_options = {**bounded, key: value}
        successes[key] = sum(_attempt(molecule, i, changed_options)[0] for i in range(ATTEMPTS))
    best_option = max(successes, key=successes.__getitem__, default="")
    if not best_option or not successes[best_option]:
        names = ", ".join(
            f"{key}: {str(value).lower()}" for key, (value, _) in alternatives.items()
        )
        none = f"none of embedding.{{{names}}} helps {ATTEMPTS} attempts; " if names else ""
        return f"{none}check that the SMILES can exist in space, or raise embedding.max_attempts"
    value, warning = alternatives[best_option]
    return (
        f"set embedding.{best_option}: {str(value).lower()}, with which {successes[best_option]} "
        f"of {ATTEMPTS} attempts give one{f' ({warning})' if warning else ''}, or raise "
        "embedding.max_attempts"
    )
