"""Training geometries that occur several times: a model learns each of them once.

A copy of a geometry tells how well a model predicts what it was fitted to, not how far it may be
trusted elsewhere.
"""

import logging

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from confsym.geometry.internal import sorted_within
from confsym.geometry.superposition import exchanged

COPY = 1e-4  # Å, root mean square over all values of a geometry: nearer, it is the same

log = logging.getLogger("confsym")


def distinct(values: np.ndarray, images: np.ndarray | None = None) -> np.ndarray:
    """Rows of training geometries that repeat no earlier one of them, to 0.0001 Å.

    Parameters
    ----------
    values
        (n, columns) Å: coordinates or distances.
    images
        (relabellings, columns) orders of the columns that are one geometry, a group; None for the
        listed order alone.

    Returns
    -------
    (kept,)
        Ascending.
    """
    count, width = values.shape
    images = np.arange(width)[None] if images is None else images
    tolerance = COPY * np.sqrt(width)
    # No relabelling moves these, and they are never farther apart than the values themselves.
    search = sorted_within(values, exchanged(images))
    tree, kept = cKDTree(search), np.ones(count, dtype=bool)
    for row in range(count):
        if kept[row]:
            candidates = np.array(tree.query_ball_point(search[row], tolerance))
            candidates = candidates[candidates > row]
            distances = cdist(values[candidates], values[row, images]).min(axis=1)
            kept[candidates[distances < tolerance]] = False
    if not kept.all():
        log.info("%d of %d training geometries repeat an earlier one", count - kept.sum(), count)
    return np.flatnonzero(kept)
