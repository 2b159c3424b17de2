"""Conformers by distance geometry with experimental torsion preferences (ETKDG).

Riniker and Landrum, J. Chem. Inf. Model. 55, 2562 (2015), doi:10.1021/acs.jcim.5b00654;
Wang et al., J. Chem. Inf. Model. 60, 2044 (2020), doi:10.1021/acs.jcim.0c00025.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from confsym.provenance.progress import Progress

CHUNK = 50  # attempts between two looks at the clock
PRESETS = {1: rdDistGeom.ETKDG, 2: rdDistGeom.ETKDGv2, 3: rdDistGeom.ETKDGv3}


def parameters(options: Mapping[str, Any]) -> rdDistGeom.EmbedParameters:
    """Translate the config's section `embedding` into RDKit's parameters.

    Seeds run on from attempt to attempt, so that attempt i is the same whichever shard it is in.
    RDKit's own pruning stays off.
    """
    chosen = PRESETS[options["etkdg_version"]]()
    chosen.maxIterations = options["max_attempts"]
    chosen.useExpTorsionAnglePrefs = options["torsion_preferences"]
    chosen.useBasicKnowledge = options["basic_knowledge"]
    chosen.enforceChirality = options["enforce_chirality"]
    chosen.useRandomCoords = options["random_coordinates"]
    chosen.useLegacyImplementation = options["legacy_implementation"]
    chosen.enableSequentialRandomSeeds = True
    chosen.pruneRmsThresh = -1.0
    chosen.numThreads = 1
    return chosen


def embed(
    molecule: Chem.Mol, first: int, count: int, options: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Embed attempts `first` … `first + count - 1`.

    Parameters
    ----------
    molecule
        Molecule with hydrogens; left as it is.
    first, count
        The attempts; attempt i has the random seed `options["seed"] + i`.
    options
        The config's section `embedding`.

    Returns
    -------
    positions : (n, atoms, 3)
        Å, one row an attempt that succeeded.
    attempt : (n,)
        Which attempt each row was, ascending.
    """
    progress, found, attempt = Progress(count, "attempts"), [], []
    for start in range(first, first + count, CHUNK):
        size = min(CHUNK, first + count - start)
        part = _embed(molecule, start, size, options)
        these = np.arange(start, start + size)
        if len(part) < size:
            # RDKit does not say which attempts failed: ask it for each one. The same seed gives
            # the same conformer.
            single = [_embed(molecule, i, 1, options) for i in these.tolist()]
            these = these[[len(one) == 1 for one in single]]
            part = np.concatenate(single)
        found.append(part)
        attempt.append(these)
        progress.add(size)
    return np.concatenate(found), np.concatenate(attempt)


def _embed(molecule: Chem.Mol, first: int, count: int, options: Mapping[str, Any]) -> np.ndarray:
    copy = Chem.Mol(molecule)
    chosen = parameters(options)
    chosen.randomSeed = options["seed"] + first
    rdDistGeom.EmbedMultipleConfs(copy, count, chosen)
    found = [conformer.GetPositions() for conformer in copy.GetConformers()]
    return np.array(found).reshape(-1, molecule.GetNumAtoms(), 3)
