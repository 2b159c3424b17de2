"""Numbers to be quoted: names that LaTeX accepts, texts that say what the value says."""

import math
import re

import pandas as pd
import pytest
import yaml

from confsym.errors import StudyError
from confsym.evaluation.verdicts import NOT_KEPT
from confsym.molecules import molecule
from confsym.paper import findings, quoting
from confsym.storage.numbers import Number
from studies import ROOT

SPECIAL = re.compile(r"(?<!\\)[_%&#$^]")


def energies_of(experiments):
    """Tables as a study of these experiments would have them."""
    names = list(experiments)
    errors = ("train_mae", "test_mae", "resplit_mae_mean", "resplit_mae_std", "moved_mae")
    columns = {f"{error}_kcal_mol": 1 / 3 for error in errors}
    summary = pd.DataFrame(
        {
            "experiment": names,
            "tested_on": "held out",
            "test_r2": -0.0026,
            "note": ["a note", *[""] * (len(names) - 1)],
        }
        | columns
    )
    symmetry = pd.DataFrame(
        {
            "experiment": names,
            "transform": "rotated",
            "claimed": [name != "notes" for name in names],
            "defect_max": [27.3 if name == "notes" else 2e-13 for name in names],
            "holds": [name != "notes" for name in names],
            "verdict": [NOT_KEPT if name == "notes" else "kept" for name in names],
        }
    )
    spreads = ("spread_rms", "spread_max", "mae_averaged")
    rotations = pd.DataFrame(
        {"experiment": names} | {f"{spread}_kcal_mol": 4321.5 for spread in spreads}
    )
    return summary, symmetry, rotations


def numbers_of(experiments):
    summary, symmetry, rotations = energies_of(experiments)
    constants = pd.DataFrame(
        {
            "mmff94": [2.0, 0.0, 4.0],
            "difference": [1e-9, 1e-3, 1],
            "determined": [True, True, False],
        }
    )
    return [
        *findings.of_conformers(
            {"charge": 0, "canonical_smiles": "CCC(C)O", "formula": "C4H10O", "atoms": [{}] * 15},
            pd.DataFrame({"stereoisomer": ["R", "S", "R"]}),
            pd.DataFrame({"partition": ["train", "test", "test"]}),
            pd.DataFrame({"energy_kcal_mol": [1.0, 2.0, 6.0]}),
            ("mmff94", "MMFF94", "energies.level"),
            12345,
        ),
        *findings.of_claims(symmetry),
        *findings.of_experiments(summary, symmetry, rotations),
        *findings.of_constants("force_field", constants),
    ]


@pytest.fixture
def numbers():
    return numbers_of(["notes", "notes_augmented_4", "force_field"])


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("notes/held_out_mae", r"\confsymButanolNotesHeldOutMae"),
        ("notes_augmented_16/mae", r"\confsymButanolNotesAugmentedOneSixMae"),
        ("2-times/r_squared", r"\confsymButanolTwoTimesRSquared"),
        ("conformers", r"\confsymButanolConformers"),
    ],
)
def test_commands_have_letters_alone(name, command):
    assert quoting.command("butanol", name) == command


def test_names_that_latex_cannot_tell_apart_are_refused():
    numbers = [Number(f"{name}/mae", 1.0, "", "") for name in ("a_b", "aB", "c")]
    with pytest.raises(StudyError, match=r"aB/mae and a_b/mae would be one LaTeX command"):
        quoting.tex("butanol", numbers)


@pytest.mark.parametrize(
    ("value", "text", "tex"),
    [
        (4164, "4,164", "4{,}164"),
        (188, "188", "188"),
        (6.7891, "6.79", "6.79"),
        (4.3e-8, "4 × 10⁻⁸", r"\ensuremath{4 \times 10^{-8}}"),
        (4.3e-14, "< 10⁻⁹", r"\ensuremath{< 10^{-9}}"),
        (36070.3, "36,070", "36{,}070"),
        (-216571.0, "−216,571", r"\ensuremath{-216{,}571}"),
        (3.1e7, "3 × 10⁷", r"\ensuremath{3 \times 10^{7}}"),
        ("1e-5", "1e-5", "1e-5"),
        (-2.5e-7, "−2 × 10⁻⁷", r"\ensuremath{-2 \times 10^{-7}}"),
        (-0.0312, "−0.0312", r"\ensuremath{-0.0312}"),
        (0.0, "0", "0"),
        ("6.79 ± 0.10", "6.79 ± 0.10", r"6.79~\ensuremath{\pm}~0.10"),
        ("C₄H₁₀O", "C₄H₁₀O", r"C\ensuremath{{}_4}H\ensuremath{{}_1}\ensuremath{{}_0}O"),
        ("sorted_kernel", "sorted_kernel", r"sorted\_kernel"),
        ("100 % & #1 {x} $y ~ ^", "100 % & #1 {x} $y ~ ^", None),
    ],
)
def test_texts(value, text, tex):
    number = Number("x", value, "", "")
    assert number.text == text
    found = quoting.latex_text(number.text)
    assert tex is None or found == tex
    assert not SPECIAL.search(re.sub(r"\\ensuremath\{.*\}", "", found))


@pytest.mark.parametrize(
    ("mean", "spread", "text"),
    [
        (6.7891, 0.1049, "6.79 ± 0.10"),
        (0.12488, 0.00081, "0.125 ± 0.001"),
        (0.0014, 0.0004, "0.0014 ± 0.0004"),
        (1.004, 0.003, "1.004 ± 0.003"),
        (0.0012, math.nan, "0.00120"),
        (6.7891, 0.0, "6.79"),
        (math.nan, math.nan, "–"),
        (4e-14, 1e-14, "< 10⁻⁹"),
        (6.7891, None, "6.79"),
    ],
)
def test_means_and_spreads_have_the_same_decimals(mean, spread, text):
    assert quoting.with_spread(mean, spread) == text


def test_the_three_files_say_the_same(numbers):
    entries = quoting.entries("butanol", numbers)
    assert len({entry["name"] for entry in entries}) == len(numbers)
    lines = quoting.tex("butanol", numbers).splitlines()[1:]
    found = {}
    for line in lines:
        command, text, unit = re.fullmatch(
            r"\\newcommand\{(\\[A-Za-z]+)\}\{(.*)\}% (.*); .*", line
        ).groups()
        assert text.count("{") == text.count("}")
        found[command] = text, unit
    assert len(found) == len(lines) == len(numbers)
    for entry in entries:
        text, unit = found[entry["command"]]
        assert text == quoting.latex_text(entry["text"])
        assert unit == (entry["unit"] or "no unit")
    substitutions = dict(
        re.findall(
            r"^\.\. \|butanol/(.*?)\| replace:: (.*)$", quoting.rst("butanol", numbers), re.M
        )
    )
    plain = {
        name: text.replace("\\", "").replace("\u00a0", " ") for name, text in substitutions.items()
    }
    assert plain == {entry["name"]: entry["text"] for entry in entries}


def test_which_numbers_there_are(numbers):
    found = {number.name: number.value for number in numbers}
    assert found["attempts"] == 12345
    assert found["stereoisomers"] == 2
    assert (found["training_conformers"], found["held_out_conformers"]) == (1, 2)
    assert (found["energy_mean"], found["energy_range"]) == (3, 5)
    assert found["energy_std"] == pytest.approx(7**0.5)
    assert (found["claims"], found["claims_that_hold"]) == (2, 2)
    assert (found["experiments"], found["experiments_that_claim"]) == (3, 2)
    assert (found["symmetries_not_claimed"], found["symmetries_not_kept"]) == (1, 1)
    assert (found["claims_largest_change"], found["not_kept_largest_change"]) == (2e-13, 27.3)
    assert found["notes/largest_change_when"] == "rotated"
    assert found["force_field/largest_change_when"] == findings.NO_MOTION  # it is round-off
    assert found["notes/rotational_spread"] == 4321.5
    assert found["force_field/constants"] == 3
    assert found["force_field/constants_determined"] == 2
    assert found["force_field/constants_largest_relative_difference"] == 5e-10


def test_one_split_has_no_spread():
    summary, symmetry, rotations = energies_of(["notes"])
    summary["resplit_mae_std_kcal_mol"] = float("nan")
    numbers = list(findings.of_experiments(summary, symmetry, rotations))
    assert "notes/spread_over_splits" not in {number.name for number in numbers}
    assert next(n.text for n in numbers if n.name == "notes/mae_with_spread") == "0.333"


def test_a_study_without_claims_has_no_largest_change():
    _, symmetry, _ = energies_of(["notes"])
    found = {number.name: number.value for number in findings.of_claims(symmetry)}
    assert found["claims"] == 0
    assert "claims_largest_change" not in found


def test_intervals():
    calibration = pd.DataFrame(
        {"experiment": "gp", "nominal": [0.9, 0.95, 0.95], "observed": [0.85, 0.93, 0.91]}
    ).assign(quantity=["energy", "energy", "force component"])
    energies, forces = findings.of_calibration(calibration)
    assert (energies.name, energies.value) == ("gp/inside_interval", 0.93)
    assert (forces.name, forces.value) == ("gp/force_inside_interval", 0.91)


def test_the_manuscript_quotes_what_the_default_study_has():
    text = (ROOT / "docs/manuscript/manuscript.tex").read_text(encoding="utf-8")
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    (molecule,) = config["molecules"]
    there = {quoting.command(molecule, n.name) for n in numbers_of(config["experiments"])}
    used = set(re.findall(r"\\confsym[A-Za-z]+", text))
    assert len(used) > 30
    assert used <= there
    # Numbers that are typed: sizes of the page, and names.
    prose = text.split(r"\maketitle")[1]
    assert not re.findall(r"\d\.\d", prose)


@pytest.mark.parametrize(
    ("smiles", "text", "tex"),
    [
        ("CCO", "C₂H₆O", "C_2H_6O"),
        ("C[NH2+]CC[NH2+]C", "C₄H₁₄N₂²⁺", "C_4H_1_4N_2^2^+"),
        ("CC(=O)[O-]", "C₂H₃O₂⁻", "C_2H_3O_2^-"),
        ("C[NH3+]", "CH₆N⁺", "CH_6N^+"),
        ("[O-]S(=O)(=O)[O-]", "O₄S²⁻", "O_4S^2^-"),
        ("[O-]P([O-])([O-])=O", "O₄P³⁻", "O_4P^3^-"),
    ],
)
def test_a_charge_is_raised_in_a_formula(smiles, text, tex):
    """As `molecule.json` has it from RDKit: C4H14N2+2."""
    rows = pd.DataFrame({"stereoisomer": ["", ""], "partition": ["train", "test"]})
    level = ("given", "given", "molecules.x.level")
    found = findings.of_conformers(
        molecule.describe("x", smiles),
        rows,
        rows,
        pd.DataFrame({"energy_kcal_mol": [1.0, 2.0]}),
        level,
        None,
    )
    number = next(number for number in found if number.name == "formula")
    assert number.text == text
    assert f"replace:: {text}\n" in quoting.rst("x", [number])
    written = quoting.latex_text(number.text)
    assert re.sub(r"\\ensuremath\{\{\}([_^].)\}", r"\1", written) == tex


def test_total_energies_are_quoted_with_the_digits_that_tell_them_apart():
    energies = pd.DataFrame({"energy_kcal_mol": [-216570.9, -216571.1]})
    rows = pd.DataFrame({"stereoisomer": ["", ""], "partition": ["train", "test"]})
    description = {"formula": "C5H8O2", "charge": 0, "canonical_smiles": "C", "atoms": []}
    found = findings.of_conformers(
        description, rows, rows, energies, ("given", "given", "molecules.x.level"), None
    )
    named = {number.name: number for number in found}
    assert named["energy_mean"].text == "−216,571"
    assert "attempts" not in named
