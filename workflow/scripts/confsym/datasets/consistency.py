"""Whether energies, forces and their units go together, and are those of a molecule."""

from collections.abc import Mapping

import numpy as np

from confsym.datasets.frames import Frames, number
from confsym.datasets.pairs import FARTHEST, SAME, close_pairs, weighted_quantiles, work
from confsym.datasets.units import ENERGY_UNITS, FORCE_UNITS
from confsym.datasets.yardsticks import atoms_energy, bond_variation, stiffness
from confsym.errors import StudyError

OFF = 0.2  # how far from 1 the slope may be
ENOUGH = 10  # pairs that say something
NOISE, CUBIC = 0.05, 300.0  # kcal/mol, kcal/mol/Å³: what is expected of ΔE against the work
BLURRED = 0.8  # of the slope: quartiles farther apart than that leave its value open
# So many pairs, so near in Å, correlate better where forces and energies belong together.
UNRELATED = [(10, 0.15, 0.5), (100, 0.3, 0.2)]
NEAR = 0.15  # Å
STILL = 0.008  # Å: where bonds vary less, geometries are relaxed, and forces are next to nothing
SPREAD = 150.0  # kcal/mol an atom: about what it costs to break all bonds
FORCE = 500.0  # kcal/mol/Å: beyond the mean of any geometry that is still a molecule
STIFF = (220.0, 2400.0)  # kcal/mol/Å²: bonds to hydrogen have 300 to 1300
MATCH = 0.02  # how near total energies are to those of the atoms
DEEPER = 1.2  # times that no molecule has
CHUNK = 5000  # frames that are looked at at once
NET, HUGE = 0.03, 1.0  # of the mean force: worth a word, impossible


def report(frames: Frames) -> dict:
    """Measure the numbers that reveal wrong units, wrong signs and mixtures.

    Parameters
    ----------
    frames
        Of one molecule.

    Returns
    -------
    dict
        Plain numbers and words; None for what cannot be measured.
        n, atoms; energy_mean, energy_spread (standard deviation), energy_range, energy_farthest
        (from the median) and the frame that is, kcal/mol; atoms_energy: of the separate atoms with
        all electrons, kcal/mol; mean_force, kcal/mol/Å; net_force and net_torque, relative to the
        mean; stiffness of bonds to hydrogen, kcal/mol/Å²; slope of energy differences against the
        work of the forces, with quartiles, over pairs of frames, their correlation and median
        distance, Å; bond_variation, Å; judged: whether the pairs decide; remarks: sentences.
    """
    measured = {"n": len(frames.positions), "atoms": len(frames.numbers)}
    measured |= _energies(frames) | _forces(frames) | _slope(frames)
    return measured | {"remarks": _remarks(measured)}


def _energies(frames: Frames) -> dict:
    if frames.energy is None:
        return {}
    deviation = np.abs(frames.energy - np.median(frames.energy))
    return {
        "energy_mean": float(frames.energy.mean()),
        "energy_spread": float(frames.energy.std()),
        "energy_range": float(np.ptp(frames.energy)),
        "energy_farthest": float(deviation.max()),
        "energy_farthest_frame": int(frames.frame[deviation.argmax()]),
        "atoms_energy": atoms_energy(frames.numbers) * ENERGY_UNITS["hartree"],
    }


def _forces(frames: Frames) -> dict:
    if frames.gradients is None:
        return {}
    sums = np.zeros(4)
    for start in range(0, len(frames.positions), CHUNK):
        x, g = (a[start : start + CHUNK] for a in (frames.positions, frames.gradients))
        arm, force = x - x.mean(axis=1, keepdims=True), np.linalg.norm(g, axis=2)
        lever = np.linalg.norm(arm, axis=2)
        net = np.linalg.norm(g.sum(axis=1), axis=1)
        torque = np.linalg.norm(np.cross(arm, g).sum(axis=1), axis=1)
        atoms = len(frames.numbers)
        sums += force.sum() / atoms, (lever * force).sum() / atoms, net.sum(), torque.sum()
    size, arms, net, torque = sums.tolist()
    return {
        "mean_force": size / len(frames.positions),
        "net_force": net / size if size else None,
        "net_torque": torque / arms if arms else None,
        "stiffness": stiffness(frames.positions, frames.gradients, frames.numbers),
    }


def _slope(frames: Frames) -> dict:
    """The weighted median of ΔE / work: half of the pairs may be wrong and it still stands."""
    without_slope = {"pairs": 0, "slope": None, "slope_quartiles": None, "correlation": None}
    without_slope |= {"pair_distance": None, "judged": False, "bond_variation": None}
    if frames.energy is None or frames.gradients is None:
        return without_slope
    first, second = close_pairs(frames.positions)
    expected, distance = work(frames.positions, frames.gradients, first, second)
    change = frames.energy[second] - frames.energy[first]
    usable = (distance > SAME) & (distance < FARTHEST) & (expected != 0)
    without_slope |= {
        "pairs": int(usable.sum()),
        "bond_variation": bond_variation(frames.positions),
    }
    if usable.sum() < ENOUGH or without_slope["bond_variation"] < STILL:
        return without_slope
    expected, change, distance = expected[usable], change[usable], distance[usable]
    scale = 1 / (NOISE + CUBIC * distance**3)
    weight = np.abs(expected) * scale
    low, slope, high = weighted_quantiles(change / expected, weight, [0.25, 0.5, 0.75])
    norm = np.sqrt(((expected * scale) ** 2).sum() * ((change * scale) ** 2).sum())
    return without_slope | {
        "slope": slope,
        "slope_quartiles": [low, high],
        "correlation": float((expected * change * scale**2).sum() / norm) if norm else None,
        "pair_distance": float(np.median(distance)),
        "judged": bool(high - low < BLURRED * abs(slope)),
    }


def _remarks(report: Mapping) -> list[str]:
    remarks = []
    if report["slope"] is not None:
        low, high = report["slope_quartiles"]
        close = f"{report['pairs']} pairs of frames {number(report['pair_distance'], 2)} Å apart"
        remarks.append(
            f"Over {close} energies change {report['slope']:.2f} times as much as forces say, from"
            f" {low:.2f} to {high:.2f} in the middle half of them."
        )
        if not report["judged"]:
            why = (
                "noisy or of several levels" if report["pair_distance"] < NEAR else "too far apart"
            )
            remarks.append(f"These pairs give no verdict on units and signs; they are {why}.")
    elif "mean_force" in report and "energy_mean" in report:
        reason = f"only {report['pairs']} pairs of frames are close"
        if report["pairs"] >= ENOUGH:
            reason = (
                f"geometries are relaxed: bonds vary by {number(report['bond_variation'], 2)} Å"
            )
        remarks.append(
            f"Energies against forces give no verdict on units and signs, since {reason}."
        )
    for key, noun in (("net_force", "Forces"), ("net_torque", "Torques")):
        if (report.get(key) or 0) > NET:
            remarks.append(
                f"{noun} do not sum to zero: {report[key]:.1%} of the mean one is left, and nothing"
                " would be for a molecule in vacuum."
            )
    if unit := _unit_of_total(report):
        remarks.append(
            f"Energies average {number(report['energy_mean'], 6)} kcal/mol; all electrons of the"
            f" atoms have about {number(report['atoms_energy'], 6)}, which would fit if energies"
            f" were {number(unit, 4)} times as large: check energy_unit."
        )
    return remarks


def _unit_of_total(report: Mapping) -> float | None:
    """The factor between two units by which total energies are off, if there is such a factor."""
    if not report.get("energy_mean"):
        return None
    ratio = report["atoms_energy"] / report["energy_mean"]
    if abs(ratio - 1) < MATCH:
        return None
    factors = [a / b for a in ENERGY_UNITS.values() for b in ENERGY_UNITS.values() if a != b]
    return min((f for f in factors if abs(ratio / f - 1) < MATCH), default=None)


def refuse(report: Mapping, settings: Mapping, config_key: str) -> None:
    """Stop at what cannot be a molecule in the units that settings state.

    Parameters
    ----------
    report
        From `report`.
    settings
        Of the file, as for `read`.
    config_key
        Where they stand, for error messages.

    Raises
    ------
    StudyError
        With the numbers and the likely cause.
    """
    source = f"{config_key}: {settings.get('file', 'the file')}"
    for reason in (
        _all_equal,
        _slope_off,
        _too_stiff,
        _too_deep,
        _too_wide,
        _too_strong,
        _no_balance,
    ):
        if what := reason(report, settings):
            raise StudyError(f"{source}: {what}.")


def _all_equal(report: Mapping, settings: Mapping) -> str | None:
    if report["n"] < 3 or report.get("energy_range") != 0:
        return None
    return f"all {report['n']} energies under {settings['energy']!r} are the same"


def _slope_off(report: Mapping, settings: Mapping) -> str | None:
    slope = report["slope"]
    if slope is None:
        return None
    low, high = report["slope_quartiles"]
    opening = f"over {report['pairs']} pairs of close frames energies"
    if report["judged"] and abs(slope - 1) > OFF and not low <= 1 <= high:
        cause = _cause(slope, settings, report["atoms"])
        return f"{opening} change {number(slope)} times as much as forces say, {cause}"
    measured = report["correlation"] or 0.0
    if not report["judged"] and any(
        report["pairs"] >= pairs and report["pair_distance"] < distance and measured < correlation
        for pairs, distance, correlation in UNRELATED
    ):
        return f"{opening} do not follow the forces: these are of other geometries or levels"
    return None


def _cause(slope: float, settings: Mapping, atoms: int) -> str:
    """The settings that would make the slope 1, in words."""
    if abs(slope + 1) < OFF:
        named, other = "forces", "gradients"
        if settings.get("gradients"):
            named, other = other, named
        return f"so {named} have the wrong sign: name them as {other}"
    force_unit = _force_unit(settings)
    mismatches = {
        f"force_unit {unit}": np.log(value / FORCE_UNITS[force_unit] / abs(slope))
        for unit, value in FORCE_UNITS.items()
    }
    energy_unit = ENERGY_UNITS[settings["energy_unit"]]
    with_forces = "" if settings.get("force_unit") else f" with force_unit {force_unit}"
    mismatches |= {
        f"energy_unit {unit}{with_forces}": np.log(energy_unit / value / abs(slope))
        for unit, value in ENERGY_UNITS.items()
    }
    fitting = [unit for unit, error in mismatches.items() if abs(error) < np.log(1 + OFF)]
    # What people use comes first: nobody prints forces by the nanometre, but some programs' input.
    fitting.sort(key=lambda unit: (unit.endswith("nm"), abs(mismatches[unit])))
    sign = " and the sign is wrong" if slope < 0 else ""
    if not fitting and abs(np.log(abs(slope) * atoms)) < np.log(1 + OFF):
        return f"and that should be 1: multiply them by {atoms} if they are energies an atom{sign}"
    if not fitting:
        return f"and that should be 1; no unit explains it{sign}"
    return f"and that should be 1: {' or '.join(fitting[:2])} would fit{sign}"


def _force_unit(settings: Mapping) -> str:
    length = settings.get("length_unit") or "angstrom"
    return settings.get("force_unit") or f"{settings['energy_unit']}/{length}"


def _too_stiff(report: Mapping, settings: Mapping) -> str | None:
    stiff = report.get("stiffness")
    if stiff is None or STIFF[0] < stiff < STIFF[1]:
        return None
    sentence = (
        f"bonds to hydrogen would have a force constant of {number(stiff)} kcal/mol/Å², and in all"
        " molecules it is 300 to 1300"
    )
    if stiff < 0:
        return f"{sentence}, so forces have the wrong sign"
    energy, length = _force_unit(settings).rsplit("/", 1)
    fitting = [
        f"force_unit {unit}/{length}" if settings.get("force_unit") else f"energy_unit {unit}"
        for unit, value in ENERGY_UNITS.items()
        if STIFF[0] < stiff * value / ENERGY_UNITS[energy] < STIFF[1]
    ]
    return (
        f"{sentence}: {' or '.join(fitting)} would fit" if fitting else f"{sentence}: no unit fits"
    )


def _too_deep(report: Mapping, settings: Mapping) -> str | None:
    if "energy_mean" not in report or report["energy_mean"] > DEEPER * report["atoms_energy"]:
        return None
    return (
        f"energies average {number(report['energy_mean'], 4)} kcal/mol in"
        f" {settings['energy_unit']}, and all electrons of the atoms have only"
        f" {number(report['atoms_energy'], 4)}: check energy_unit"
    )


def _too_wide(report: Mapping, settings: Mapping) -> str | None:
    if report.get("energy_farthest", 0) < SPREAD * report["atoms"]:
        return None
    return (
        f"the energy of frame {report['energy_farthest_frame']} is"
        f" {number(report['energy_farthest'], 4)} kcal/mol from the median, and breaking all bonds"
        f" costs at most about {number(SPREAD * report['atoms'], 4)}: check energy_unit"
        f" ({settings['energy_unit']}) and that frame"
    )


def _too_strong(report: Mapping, settings: Mapping) -> str | None:
    if report.get("mean_force", 0) < FORCE:
        return None
    return (
        f"the mean force on an atom is {number(report['mean_force'], 4)} kcal/mol/Å, and no"
        f" molecule holds together beyond {FORCE:.0f}: check their unit ({_force_unit(settings)})"
    )


def _no_balance(report: Mapping, settings: Mapping) -> str | None:
    for key, noun in (("net_force", "forces"), ("net_torque", "torques")):
        if (report.get(key) or 0) > HUGE:
            return (
                f"{noun} sum to {number(report[key], 2)} times the mean one, and in a molecule to"
                " zero: the columns of forces belong to something else"
            )
    return None
