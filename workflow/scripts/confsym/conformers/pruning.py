"""Greedy pruning of conformers by root-mean-square distance, exact and nearly linear in time.

The rule is RDKit's: in the order of the attempts a conformer goes when, for any symmetry of the
heavy-atom graph, its RMSD after superposition from a conformer already kept is below the threshold.
Where all atoms count, RDKit looks for no symmetry: atoms are compared as they are listed.
A superposition is computed only for pairs that a lower bound of the RMSD cannot tell apart.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from rdkit import Chem
from scipy.spatial import cKDTree

from confsym.geometry.superposition import nearer, rmsd_lower_bound_vectors
from confsym.provenance.progress import Progress

MAX_MATCHES = 1000  # as many symmetries of the heavy-atom graph as RDKit's pruning looks at
COLUMNS = 500  # pair distances that the tree's dimensions are made from, to bound memory and time
COMPONENTS = 16  # dimensions of the tree: fewer leave more pairs, more make the search slower
CHUNK = 50_000  # pairs superposed at once, to bound memory
LARGEST_BLOCK = 1024  # conformers looked at together

# One of two terminal O or N on the same atom, one of them double-bonded, the other not.
TERMINAL = "[O,N;D1]"
CONJUGATED = Chem.MolFromSmarts(
    f"[$({TERMINAL}-*={TERMINAL}),$({TERMINAL}=*-{TERMINAL});{TERMINAL[1:-1]}]~*"
)
SINGLE_OR_DOUBLE = Chem.MolFromSmarts("*-,=*").GetBondWithIdx(0)


def compared_atoms(molecule: Chem.Mol, atoms: str) -> np.ndarray:
    """Find the atoms that pruning superposes, in all the orders that it looks at.

    RDKit heeds `onlyHeavyAtomsForRMS = False` only together with `useSymmetryForPruning = False`,
    and then exchanges nothing, not even the hydrogens of a methyl group.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    atoms
        `embedding.prune_atoms`: "heavy" or "all".

    Returns
    -------
    (matches, atoms compared)
        Indices into the molecule's atoms.
    """
    if atoms == "heavy":
        return heavy_atom_matches(molecule)
    return np.arange(molecule.GetNumAtoms())[None]


def heavy_atom_matches(molecule: Chem.Mol) -> np.ndarray:
    """Find the symmetries of the heavy-atom graph as RDKit's pruning sees them.

    The two ends of conjugated terminal groups (carboxylate, carboxylic acid, amidine) count as
    equivalent. `tests/unit/test_pruning.py` holds this against RDKit's own pruning.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.

    Returns
    -------
    (matches, heavy atoms)
        Indices into the molecule's atoms; two rows are two ways of listing the same frame.
    """
    heavy = Chem.RemoveHs(molecule, sanitize=False)
    query = Chem.RWMol(heavy)
    for terminal, centre in heavy.GetSubstructMatches(CONJUGATED):
        query.GetAtomWithIdx(terminal).SetFormalCharge(0)
        bond = query.GetBondBetweenAtoms(terminal, centre)
        query.ReplaceBond(bond.GetIdx(), SINGLE_OR_DOUBLE)
    into_molecule = np.array(molecule.GetSubstructMatch(query))
    matches = heavy.GetSubstructMatches(query, uniquify=False, maxMatches=MAX_MATCHES)
    return into_molecule[np.array(matches)]


def prune(positions: np.ndarray, matches: np.ndarray, threshold: float) -> np.ndarray:
    """Choose the conformers to keep.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å, in the order in which conformers take precedence.
    matches : (matches, atoms compared)
        From `compared_atoms`.
    threshold
        Å; a conformer nearer than this to a kept one goes. 0 keeps all.

    Returns
    -------
    (kept,)
        Indices of the kept conformers, ascending.
    """
    if threshold <= 0 or len(positions) < 2:
        return np.arange(len(positions))
    frame = matches[0]
    compared = positions[:, frame]
    compared = compared - compared.mean(axis=1, keepdims=True)
    symmetries = np.argsort(frame)[np.searchsorted(np.sort(frame), matches)]
    vectors = _fewer_columns(rmsd_lower_bound_vectors(compared, symmetries))
    near = partial(_near, compared, symmetries, vectors, _projected(vectors), threshold)

    kept, progress = np.empty(0, dtype=int), Progress(len(positions), "conformers")
    for candidates in _growing_blocks(len(positions)):
        block = np.setdiff1d(candidates, near(kept, candidates)[:, 1])
        pairs = near(block, block)
        earlier: dict[int, list[int]] = {conformer: [] for conformer in block.tolist()}
        for one, other in pairs.tolist():
            earlier[other].append(one)
        accepted: set[int] = set()
        for conformer, rivals in earlier.items():
            if accepted.isdisjoint(rivals):
                accepted.add(conformer)
        kept = np.concatenate([kept, sorted(accepted)]).astype(int)
        progress.add(len(candidates))
    return kept


def _fewer_columns(vectors: np.ndarray) -> np.ndarray:
    """The pair distances that vary most: a bound without some of its terms stays a bound."""
    if vectors.shape[1] <= COLUMNS:
        return vectors
    return vectors[:, np.sort(np.argsort(vectors.var(axis=0))[-COLUMNS:])]


def _projected(vectors: np.ndarray) -> np.ndarray:
    """The principal components of the bound vectors: a projection keeps a bound a bound."""
    if vectors.shape[1] <= COMPONENTS:
        return np.pad(vectors, ((0, 0), (0, 1)))  # a lone heavy atom has no pair distances
    centred = vectors - vectors.mean(axis=0)
    return centred @ np.linalg.svd(centred, full_matrices=False)[2][:COMPONENTS].T


def _growing_blocks(count: int) -> Iterator[np.ndarray]:
    """Cut the conformers into blocks, small ones first.

    A rigid molecule has nearly all pairs close and keeps few conformers: most of those pairs are
    skipped if the few kept conformers are known before the others.
    """
    start, size = 0, 16
    while start < count:
        yield np.arange(start, min(start + size, count))
        start, size = start + size, min(2 * size, LARGEST_BLOCK)


def _near(
    compared: np.ndarray,
    symmetries: np.ndarray,
    vectors: np.ndarray,
    projected: np.ndarray,
    threshold: float,
    first: np.ndarray,
    second: np.ndarray,
) -> np.ndarray:
    """(pairs, 2) conformers, one of `first` and one of `second`, with RMSD below the threshold."""
    if len(first) == 0 or len(second) == 0:
        return np.empty((0, 2), dtype=int)
    reach = threshold * (1 + 1e-9)  # round-off must not hide a pair
    tree, other_tree = cKDTree(projected[first]), cKDTree(projected[second])
    hits = tree.sparse_distance_matrix(other_tree, reach, output_type="ndarray")
    pairs = np.column_stack([first[hits["i"]], second[hits["j"]]])
    if first is second:
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    near_pairs = []
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        bound = np.linalg.norm(vectors[chunk[:, 0]] - vectors[chunk[:, 1]], axis=1)
        chunk = chunk[bound < reach]
        for symmetry in symmetries:
            # RDKit exchanges the atoms of the earlier one: where the list is cut off, it matters.
            one, other = compared[chunk[:, 0]][:, symmetry], compared[chunk[:, 1]]
            is_near = nearer(one, other, threshold)
            near_pairs.append(chunk[is_near])
            chunk = chunk[~is_near]
    return np.concatenate([np.empty((0, 2), dtype=int), *near_pairs])
