"""Nothing is stale: after any sequence of edits a run leaves what a run from scratch would.

Edits are of the config, of the project's modules, of the user's own files and of a package that
they import; some come with the time stamp of years ago, as a file does that is moved or unpacked.
Between them, results are deleted or touched, and single targets are run.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import warm
from states import CODE, EDITS, TARGETS, Text, Workshop
from studies import ROOT

PARTS = (
    "results/propanol/conformers/ensemble.npz",
    "results/propanol/features/mine/original.parquet",
    "results/propanol/split.csv",
    "results/water/energies/given.csv",
)
MODULES = sorted({edit.file for edit in EDITS.values() if getattr(edit, "file", "")[-3:] == ".py"})
EDIT = st.tuples(st.just("edit"), st.sampled_from(sorted(EDITS)), st.booleans())
OTHER = st.one_of(
    st.tuples(st.just("comment"), st.sampled_from(MODULES)),
    st.tuples(st.just("delete"), st.integers(0, 99)),
    st.tuples(st.just("touch"), st.integers(0, 99)),
    st.tuples(st.just("touch code")),
    st.tuples(st.just("run"), st.sampled_from(PARTS)),
)


def of_the_project(edit: Any) -> bool:
    """Whether an edit is of a file that the project has, not of the study's own."""
    return isinstance(edit, Text) and (ROOT / edit.file).is_file()


def steps(least: int, most: int) -> st.SearchStrategy:
    """As many edits, and half as many other things, in any order."""
    edits = st.lists(EDIT, min_size=least, max_size=most, unique_by=lambda step: step[1])
    others = st.lists(OTHER, min_size=least // 2, max_size=most // 2)
    return st.builds(list.__add__, edits, others).flatmap(st.permutations)


LONG = 20  # sequences of the long form
# Each example takes seconds, so that none is tried again to make it smaller.
COMMON = {
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A study that is finished, and kept as it is for each example to start from."""
    made = Workshop(tmp_path_factory.mktemp("stale"))
    made.keep(*TARGETS)
    return made


@pytest.fixture(scope="module")
def edits_seen() -> set[str]:
    """The edits that the long form has made."""
    return set()


def take(workshop: Workshop, action: str, *details) -> None:
    """One step of a sequence."""
    if action == "edit":
        name, aged = details
        workshop.put(workshop.edits ^ {name}, aged)
    elif action == "comment":
        workshop.comment(*details)
    elif action == "delete":
        workshop.result(*details).unlink()
    elif action == "touch":
        os.utime(workshop.result(*details))
    elif action == "touch code":
        workshop.touch()
    else:
        workshop.run(*details)


def follow(workshop: Workshop, sequence: list) -> None:
    """Take some steps and run, several times over; no run may leave anything stale."""
    workshop.restore()
    for taken in sequence:
        for step in taken:
            take(workshop, *step)
        assert workshop.stale(*TARGETS) == [], (sorted(workshop.edits), taken)


def test_nothing_is_stale_after_random_edits(workshop):
    @settings(max_examples=2, derandomize=True, **COMMON)
    @given(steps(6, 8))
    def examples(taken):
        follow(workshop, [taken])

    examples()


@pytest.mark.parametrize("name", [name for name, one in EDITS.items() if of_the_project(one)])
def test_an_edit_of_the_project_can_be_made(name):
    edit = EDITS[name]
    files = {edit.file: (ROOT / edit.file).read_text(encoding="utf-8")}
    edit.apply({}, files)
    assert edit.new in files[edit.file]


@pytest.mark.long
def test_every_edit_changes_a_result(workshop, edits_seen):
    """One after the other, every second as if unpacked; at last all are taken back."""
    workshop.restore()
    before = workshop.study.checksums()
    for number, name in enumerate(EDITS):
        workshop.put(workshop.edits | {name}, aged=number % 2 == 1)
        workshop.run(*TARGETS)
        assert workshop.study.checksums() != before, name
        before = workshop.study.checksums()
        edits_seen.add(name)
        if number % 8 == 7:
            assert workshop.stale(*TARGETS) == [], sorted(workshop.edits)
    assert workshop.stale(*TARGETS) == []
    workshop.put([], aged=True)
    assert workshop.stale(*TARGETS) == []


@pytest.mark.long
def test_nothing_is_stale_after_many_random_edits(workshop, edits_seen, record):
    runs = []

    @seed(18)
    @settings(max_examples=LONG, **COMMON)
    @given(st.lists(steps(2, 4), min_size=1, max_size=3))
    def examples(sequence):
        runs.append(len(sequence))
        edits_seen.update(step[1] for taken in sequence for step in taken if step[0] == "edit")
        follow(workshop, sequence)

    examples()
    record(
        "stale",
        f"{len(runs)} random sequences of edits of config, modules, a package and the user's own "
        "files, new or with old time stamps, of deleted and touched results, and of runs of single "
        "targets; and each edit once, one after the other",
        f"all {sum(runs)} runs left what a run from scratch leaves ({len(workshop.known)} states; "
        f"{len(edits_seen)} of {len(EDITS)} kinds of edits made)",
    )


# Bugs that leave results stale, one a rule, and the edit that nobody notices then.
FEATURES = "results/water/features/sorted/original.parquet"
ENERGIES = "results/water/energies/parts/given/0.npz"
WEIGHTS = f"{CODE}/features/weights.py"
PLANTED = {
    "no code_of": [
        Text("workflow/rules/datasets.smk", '        code=code_of("read_geometries"),\n', "")
    ],
    "a key that is no parameter": [
        Text("workflow/rules/datasets.smk", "        geometries=geometry_settings,\n", ""),
        Text(
            "workflow/scripts/read_geometries.py",
            "params.geometries",
            'snakemake.config["molecules"]["water"]["geometries"]',
        ),
    ],
    "a module that is loaded by name": [
        Text(
            f"{CODE}/features/distances.py",
            "values = 1 / pair",
            'values = import_module("confsym.features.weights").WEIGHT / pair',
        ),
        Text(
            f"{CODE}/features/distances.py",
            "import numpy as np\n",
            "from importlib import import_module\n\nimport numpy as np\n",
        ),
    ],
    "files compared by time": [
        Text(
            "workflow/rules/common.smk",
            "snakemake_private.compare_by_content(workflow, checksums.recorded_sha256)\n",
            "",
        )
    ],
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A study of a project with all these bugs, finished as far as these tests need it."""
    texts = [text for texts in PLANTED.values() for text in texts]
    made = Workshop(tmp_path_factory.mktemp("planted"), texts, {warm.UNCHECKED: "1"})
    write_weight(made, 1)
    made.keep(FEATURES)
    return made


@pytest.fixture
def marred(planted):
    """That study, each time as it was."""
    write_weight(planted, 1)
    planted.restore()
    return planted


def write_weight(workshop: Workshop, weight: int) -> None:
    (workshop.study.project / WEIGHTS).write_text(f"WEIGHT = {weight}\n", encoding="utf-8")


def test_a_rule_without_code_of_is_found(marred):
    marred.put(["a unit"])
    assert ENERGIES in marred.stale(FEATURES)


def test_a_key_that_is_no_parameter_is_found(marred):
    marred.put(["another unit"])
    assert ENERGIES in marred.stale(FEATURES)


def test_a_module_that_is_loaded_by_name_is_found(marred):
    write_weight(marred, 3)
    marred.known.clear()  # which knows nothing of this edit
    assert marred.stale(FEATURES) == [FEATURES]


def test_a_data_file_compared_by_time_is_found(marred):
    marred.put(["own geometries"], aged=True)
    assert ENERGIES in marred.stale(FEATURES)
