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
    rdkit_parameters = PRESETS[options["etkdg_version"]]()
    rdkit_parameters.maxIterations = options["max_attempts"]
    rdkit_parameters.useExpTorsionAnglePrefs = options["torsion_preferences"]
    rdkit_parameters.useBasicKnowledge = options["basic_knowledge"]
    rdkit_parameters.enforceChirality = options["enforce_chirality"]
    rdkit_parameters.useRandomCoords = options["random_coordinates"]
    rdkit_parameters.useLegacyImplementation = options["legacy_implementation"]
    rdkit_parameters.enableSequentialRandomSeeds = True
    rdkit_parameters.pruneRmsThresh = -1.0
    rdkit_parameters.numThreads = 1
    return rdkit_parameters


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
    progress, blocks, attempt = Progress(count, "attempts"), [], []
    for start in range(first, first + count, CHUNK):
        size = min(CHUNK, first + count - start)
        block = _embed(molecule, start, size, options)
        attempts = np.arange(start, start + size)
        if len(block) < size:
            # RDKit does not say which attempts failed: ask it for each one. The same seed gives
            # the same conformer.
            single = [_embed(molecule, i, 1, options) for i in attempts.tolist()]
            attempts = attempts[[len(conformer) == 1 for conformer in single]]
            block = np.concatenate(single)
        blocks.append(block)
        attempt.append(attempts)
        progress.add(size)
    return np.concatenate(blocks), np.concatenate(attempt)


def _embed(molecule: Chem.Mol, first: int, count: int, options: Mapping[str, Any]) -> np.ndarray:
    copy = Chem.Mol(molecule)
    rdkit_parameters = parameters(options)
    rdkit_parameters.randomSeed = options["seed"] + first
    rdDistGeom.EmbedMultipleConfs(copy, count, rdkit_parameters)
    positions = [conformer.GetPositions() for conformer in copy.GetConformers()]
    return np.array(positions).reshape(-1, molecule.GetNumAtoms(), 3)
