"""All numbers of a molecule that are worth quoting, read from its result files."""

from collections.abc import Mapping
from typing import Any

from confsym.paper import findings
from confsym.storage.numbers import Number
from confsym.storage.readable import read_frame


def of_study(
    files: Mapping[str, Any],
    experiments: list[str],
    level: tuple[str, str, str],
    attempts: int | None,
) -> list[Number]:
    """All numbers of a molecule, from its result files.

    Parameters
    ----------
    files
        Paths by name: conformers, split, energies, summary, symmetry, rotations, intervals;
        constants and calibration, lists; and description, the content of `molecule.json`.
    experiments
        Which experiment each file of constants is of.
    level, attempts
        As in `findings.of_conformers`.
    """
    names = ("conformers", "split", "energies", "summary", "symmetry", "rotations")
    frames = {name: read_frame(files[name]) for name in names}
    conformers = (frames[name] for name in names[:3])
    return [
        *findings.of_conformers(files["description"], *conformers, level, attempts),
        *findings.of_claims(frames["symmetry"]),
        *findings.of_experiments(frames["summary"], frames["symmetry"], frames["rotations"]),
        *findings.of_intervals(read_frame(files["intervals"])),
        *(
            number
            for experiment, path in zip(experiments, files["constants"], strict=True)
            for number in findings.of_constants(experiment, read_frame(path))
        ),
        *(
            number
            for path in files["calibration"]
            for number in findings.of_calibration(read_frame(path))
        ),
    ]
