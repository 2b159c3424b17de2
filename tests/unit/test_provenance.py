import re
from importlib import metadata
from pathlib import Path

import pytest

from confsym.provenance import imports

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow/scripts"


def closure_names(script: str, *modules: str) -> set[str]:
    files = imports.closure(SCRIPTS / f"{script}.py", modules)
    return {str(path.relative_to(SCRIPTS)) for path in files}


def test_closure_follows_imports_all_the_way(tmp_path):
    package = tmp_path / "confsym/deep"
    package.mkdir(parents=True)
    (tmp_path / "script.py").write_text("def f():\n    from confsym import a\n")
    (tmp_path / "confsym/a.py").write_text("import numpy\nfrom confsym.deep.b import thing\n")
    (package / "b.py").write_text("import confsym.c\n")
    (tmp_path / "confsym/c.py").write_text("from confsym import a\n")
    (tmp_path / "confsym/unused.py").write_text("")
    found = imports.closure(tmp_path / "script.py")
    names = ["confsym/a.py", "confsym/c.py", "confsym/deep/b.py", "script.py"]
    assert found == [tmp_path / name for name in names]


def test_a_feature_job_depends_on_its_own_kind_alone():
    coulomb = closure_names("compute_features", "confsym.features.coulomb")
    assert "confsym/features/coulomb.py" in coulomb
    assert "confsym/molecules/topology.py" in coulomb
    others = {
        "confsym/features/internal.py",
        "confsym/features/registry.py",
        "confsym/conformers/pruning.py",
    }
    assert not coulomb & others


@pytest.mark.parametrize("script", ["embed_conformers", "prune_conformers", "compute_energies"])
def test_expensive_jobs_depend_on_no_registry(script):
    assert not {name for name in closure_names(script) if "registry" in Path(name).name} - {
        "confsym/registry.py"
    }


@pytest.mark.parametrize(
    ("module", "scripts"),
    [
        (
            "features/registry",
            ["fit_force_model", "evaluate_force_model", "measure_force_learning_curve"],
        ),
        ("models/registry", ["evaluate_force_model", "measure_force_learning_curve"]),
        ("transforms/registry", ["fit_acquired", "measure_force_learning_curve"]),
        ("study/experiments", ["fit_acquired", "plot_force_parity"]),
        ("evaluation/predictions", ["try_motions", "try_forces", "write_trial", "write_tables"]),
        ("evaluation/force_field_trial", ["plot_force_field"]),
        ("energies/ase_calculator", ["judge_dynamics", "write_dynamics_table"]),
    ],
)
def test_no_job_depends_on_a_module_for_a_name_or_a_number(module, scripts):
    """An edit there would run the job again for nothing."""
    for script in scripts:
        assert f"confsym/{module}.py" not in closure_names(script), script


def test_software_names_distributions_with_their_versions():
    files = imports.closure(SCRIPTS / "fit_model.py", ["confsym.models.boosting"])
    found = dict(entry.split("==") for entry in imports.software(files))
    assert found["scikit-learn"] == metadata.version("scikit-learn")
    assert "rdkit" not in found
    assert "confsym" not in found


def test_jax_is_named_with_what_computes_for_it():
    files = imports.closure(SCRIPTS / "fit_model.py", ["confsym.models.network.equivariant"])
    found = dict(entry.split("==") for entry in imports.software(files))
    assert found["jaxlib"] == metadata.version("jaxlib")


def test_environment_names_neither_machine_nor_user():
    import getpass
    import platform

    record = imports.environment(["numpy==1.0"])
    assert record["packages"] == {"numpy": "1.0"}
    text = repr(record)
    assert platform.node() not in text.split("'")
    assert getpass.getuser() not in text.split("'")


@pytest.mark.parametrize(
    ("script", "modules"),
    [
        ("split_conformers", []),
        ("compute_features", ["confsym.features.distances"]),
        ("compute_moved_features", ["confsym.features.coulomb"]),
    ],
)
def test_light_jobs_import_nothing_heavy(script, modules):
    found = imports.software(imports.closure(SCRIPTS / f"{script}.py", modules))
    heavy = {"rdkit", "pandas", "scikit-learn", "matplotlib", "pymatviz"}
    assert not heavy & {entry.split("==")[0] for entry in found}


def test_files_are_written_in_one_place():
    """Only `whole` opens a path for writing; all else writes to the path that it gives."""
    for path in sorted((SCRIPTS / "confsym").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        writes = re.findall(
            r"open\([^)]*[\"'][wax]|\.write_text\(|savez\(|write_table\(|joblib.dump", text
        )
        assert not writes or "with atomic_write(" in text, path.name
