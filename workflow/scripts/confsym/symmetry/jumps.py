"""Whether a function along a path is continuous, has kinks, or has steps.

Each value is held against its six neighbours on an even grid. How far it is from the polynomial of
degree five through them is its misfit. Where the function is smooth, the misfit falls with the
sixth power of the spacing h; at a kink with h; at a step not at all. So the places of the largest
misfit are looked at again, on ever finer grids, until round-off is reached. From the same seven
values follows by how much the slope changes within two spacings, beyond what the curvature on both
sides explains.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from confsym.errors import StudyError
from confsym.evaluation.verdicts import HOLDS_BELOW

CONTINUOUS, KINKED, STEPPED = "continuous", "kinked", "stepped"
ENERGIES, FORCES = "energies", "forces"  # what is watched
WHOLE, CLOSE = "whole path", "close to the jump"  # parts of a curve
STEP_ABOVE = HOLDS_BELOW  # of a value, in its unit
KINK_ABOVE = 1e-3  # of a slope, in the unit of the value per Å: far below any error of a force

INTERVALS = 240  # of the first grid
FINER = 4  # times from one grid to the next
ROUNDS = 7  # of finer grids: the last spacing is 1/16384 of the first
HALF = 10  # spacings of a finer grid on each side of the place that it looks at
PLACES = 3  # of the largest misfit, and as many where it stands out most from its surroundings
AROUND = 8  # places on each side that count as surroundings
STRIDES = (16, 8, 4, 2, 1)  # of the first grid: coarser ones that cost nothing
SIDE = 3  # neighbours on each side
MISFIT = np.array([1, -6, 15, -20, 15, -6, 1]) / 20
SLOPE_JUMP = np.array([-1.5, 4, -2.5, 0, -2.5, 4, -1.5])  # exact for kinks within one spacing
ROUND_OFF = 1e-13  # of the largest value: the least that counts as round-off
PROBES = 8  # places at which round-off is measured
TINY = 1e-7  # Å between values that differ by round-off alone, once a line is taken away
ABOVE_ROUND_OFF = 20  # times the usual round-off: a misfit that is none
LASTING = 0.5  # of what it was on the grid before, of four times the spacing: what does not shrink

Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Jumps:
    """What a function does along a path.

    Parameters
    ----------
    found
        `CONTINUOUS`, `KINKED` or `STEPPED`.
    step, slope_jump
        The largest step, in the unit of the values, and the largest jump of the slope, that per Å;
        0 where there is none.
    at
        Å along the path: where the largest of the worse kind is, or where the misfit is largest.
    spacing, misfit
        (grids,) h, Å, and the largest misfit on each grid, in the unit of the values; 0 where it
        has fallen to round-off before.
    grid, values
        (n,) places of the first grid, Å, and (n, k) the function there.
    """

    found: str
    step: float
    slope_jump: float
    at: float
    spacing: np.ndarray
    misfit: np.ndarray
    grid: np.ndarray
    values: np.ndarray


@dataclass
class _Place:
    """A place that is looked at on ever finer grids: misfit and slope jump on each of them."""

    at: float
    misfit: list[float]
    slope_jump: list[float]

    @property
    def found(self) -> str:
        """What the last three grids above round-off say."""
        if _lasts(self.misfit) and self.step > STEP_ABOVE:
            return STEPPED
        if _lasts(self.slope_jump) and self.slope_jump[-1] > KINK_ABOVE:
            return KINKED
        return CONTINUOUS

    @property
    def step(self) -> float:
        """A step beside the middle value: the misfit there is half of it."""
        return 2 * self.misfit[-1]

    @property
    def size(self) -> float:
        return {STEPPED: self.step, KINKED: self.slope_jump[-1]}.get(self.found, self.misfit[0])


def _lasts(sizes: Sequence[float]) -> bool:
    """Whether most of a jump is left on the last two grids."""
    last = sizes[-3:]
    return len(last) == 3 and last[1] >= LASTING * last[0] and last[2] >= LASTING * last[1]


def jumps(function: Function, length: float) -> Jumps:
    """Find the largest step and kink of a function along a path.

    Parameters
    ----------
    function
        From places (n,) along the path, Å, to values (n,), or (n, …) whose norm counts.
    length
        Of the path, Å. Within `3 length / INTERVALS` of its ends nothing is found.

    Raises
    ------
    StudyError
        If a value is no finite number.
    """
    spacing = length / INTERVALS
    grid = np.linspace(0, length, INTERVALS + 1)
    values = _values(function, grid)
    floor = _round_off(function, length, np.abs(values).max())
    misfit, slope_jump = _misfits(values, spacing)
    places = [
        _Place(float(grid[_centre(misfit, k) + SIDE]), [float(misfit[k])], [float(slope_jump[k])])
        for k in _standing_out(misfit)
        if misfit[k] > floor
    ]
    open_places = places
    for number in range(1, ROUNDS + 1):
        open_places = _refined(function, open_places, spacing / FINER**number, floor)
    kinds = [place.found for place in places]
    worst_kind = next((kind for kind in (STEPPED, KINKED) if kind in kinds), CONTINUOUS)
    worst = max((p for p in places if p.found == worst_kind), key=lambda p: p.size, default=None)
    sizes = {
        kind: max((p.size for p in places if p.found == kind), default=0.0)
        for kind in (STEPPED, KINKED)
    }
    coarse = [_misfits(values[::stride], stride * spacing)[0].max() for stride in STRIDES]
    fine = (worst.misfit[1:] if worst else []) + [0.0] * ROUNDS
    powers = FINER ** np.arange(1.0, ROUNDS + 1)
    return Jumps(
        found=worst_kind,
        step=sizes[STEPPED],
        slope_jump=sizes[KINKED],
        at=worst.at if worst else float(grid[misfit.argmax() + SIDE]),
        spacing=spacing * np.concatenate([STRIDES, 1 / powers]),
        misfit=np.array(coarse + fine[:ROUNDS]),
        grid=grid,
        values=values,
    )


def _refined(
    function: Function, places: Sequence[_Place], spacing: float, floor: float
) -> list[_Place]:
    """Put a finer grid around each place; those whose misfit is more than round-off."""
    if not places:
        return []
    offsets = spacing * np.arange(-HALF, HALF + 1)
    grids = np.array([place.at + offsets for place in places])
    values = _values(function, grids.ravel()).reshape(*grids.shape, -1)
    remaining = []
    for place, grid, values_around in zip(places, grids, values, strict=True):
        misfit, slope_jump = _misfits(values_around, spacing)
        if misfit.max() > floor:
            centre = _centre(misfit, int(misfit.argmax()))
            place.at = float(grid[centre + SIDE])
            place.misfit.append(float(misfit.max()))
            # The median: a kink may be nearer to the next value than to the one in the middle.
            place.slope_jump.append(float(np.median(slope_jump[centre - 1 : centre + 2])))
            remaining.append(place)
    return remaining


def _misfits(values: np.ndarray, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    """Misfits and jumps of the slope, (n - 6,) each, of values (n, k) on a grid."""
    windows = np.lib.stride_tricks.sliding_window_view(values, 2 * SIDE + 1, axis=0)
    return (
        np.linalg.norm(windows @ MISFIT, axis=1),
        np.linalg.norm(windows @ SLOPE_JUMP, axis=1) / spacing,
    )


def _centre(misfit: np.ndarray, peak: int) -> int:
    """The middle of what one step or kink does to the misfits around it, which are symmetric."""
    window = np.arange(max(peak - SIDE, 0), min(peak + SIDE + 1, len(misfit)))
    centre = int(np.rint(window @ misfit[window] / misfit[window].sum()))
    return min(max(centre, 1), len(misfit) - 2)


def _standing_out(misfit: np.ndarray) -> list[int]:
    """Places apart from each other whose misfit is largest, or largest among its surroundings."""
    padded = np.pad(misfit, AROUND, mode="reflect")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)
    background = np.median(around, axis=1) + np.finfo(float).tiny
    peaks: list[int] = []
    for score in (misfit, misfit / background):
        remaining = np.array(score)
        for peak in peaks:
            remaining[max(peak - SIDE, 0) : peak + SIDE + 1] = -1
        for _ in range(PLACES):
            peak = int(remaining.argmax())
            if remaining[peak] > 0:
                peaks.append(peak)
            remaining[max(peak - SIDE, 0) : peak + SIDE + 1] = -1
    return peaks


def _round_off(function: Function, length: float, largest: float) -> float:
    """The misfit below which there may be nothing but round-off."""
    golden = (np.sqrt(5) - 1) / 2
    points = length * (0.1 + 0.8 * (golden * np.arange(1, PROBES + 1) % 1))
    grids = points[:, None] + TINY * np.arange(-SIDE, SIDE + 1)
    values = _values(function, grids.ravel()).reshape(*grids.shape, -1)
    typical = np.median(np.linalg.norm(np.einsum("ijk,j->ik", values, MISFIT), axis=1))
    return max(ABOVE_ROUND_OFF * float(typical), ROUND_OFF * largest)


def _values(function: Function, places: np.ndarray) -> np.ndarray:
    """(n, k) the function at places (n,), all of them finite."""
    values = np.asarray(function(places), dtype=float).reshape(len(places), -1)
    finite = np.isfinite(values).all(axis=1)
    if not finite.all():
        raise StudyError(
            f"what is predicted {places[~finite][0]:.4f} Å along the path is no finite number; "
            "see what the model or a feature gives there."
        )
    return values
