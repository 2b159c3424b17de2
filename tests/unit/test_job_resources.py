"""What jobs ask for follows from the config."""

import pytest
from rdkit import Chem

from confsym.study import resources, schema
from studies import ROOT, tiny

JOB = {"molecule": "butanol", "experiment": "sorted_kernel"}
LARGE = {"embedding__attempts": 100_000}


def study(**changes) -> dict:
    config = tiny(**changes)
    schema.fill_in(config, ROOT / "workflow/schemas/config.schema.yaml")
    return config


def needed(work: str, attempt: int = 1, file_size: int = 0, wildcards=None, **changes) -> tuple:
    return resources.requirements(study(**changes), work, wildcards or JOB, file_size, attempt)


@pytest.mark.parametrize(
    "smiles",
    [
        *("C", "CCCCCCCCCC", "CC(CCC)CC(C)(CCCC)O", "c1ccccc1Cl", "[NH3+]CC(=O)[O-]", "BrCCBr"),
        *("C[Si](C)(C)C", "OS(=O)(=O)O", "[2H]C([2H])([2H])O", "C%12CCCCC%12", "F/C=C/I", "C#N"),
    ],
)
def test_no_molecule_has_more_atoms_or_elements_than_is_taken(smiles):
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    size = resources.size_of(study(molecules={"one": {"smiles": smiles}}), "one", 0)
    assert molecule.GetNumAtoms() <= size.atoms
    assert len({atom.GetAtomicNum() for atom in molecule.GetAtoms()}) <= size.elements
    assert size.atoms <= 4 * molecule.GetNumHeavyAtoms() + 10


@pytest.mark.parametrize("work", ["positions", "featuring", "fitting", "evaluating", "tabling"])
def test_more_conformers_need_more(work):
    (few, quick), (many, slow) = needed(work), needed(work, **LARGE)
    assert many > few
    assert slow >= quick


def test_more_training_conformers_need_more():
    few = needed("fitting", **LARGE)
    many = needed("fitting", split__train=20_000, **LARGE)
    assert many[0] > few[0] + 400  # a kernel matrix of 5,000 inducing points, at least
    assert many[1] > few[1]


def test_a_second_attempt_has_twice_as_much():
    assert needed("fitting", attempt=2)[0] == pytest.approx(2 * needed("fitting")[0], abs=2)


def test_nothing_asks_for_more_than_a_node_has():
    model = {"forces": {"kind": "gradient_gp"}}
    experiment = {"f": {"features": "cloud", "model": "forces", "learn": "energies_and_forces"}}
    changes = {"models": model, "experiments": experiment, "split": {"train": 50_000}}
    changes |= {"features": {"cloud": {"kind": "point_cloud"}}, "split__train": 50_000}
    wildcards = {"molecule": "butanol", "experiment": "f"}
    found = needed("fitting_forces", wildcards=wildcards, **changes)
    assert found == (resources.MOST_MEMORY, resources.MOST_TIME)


def test_a_file_counts_by_its_size():
    molecules = {"butanol": {"smiles": "CCC(C)O", "geometries": {"file": "x.xyz", "source": "y"}}}
    small, large = (
        needed("positions", file_size=size, molecules=molecules) for size in (10**6, 10**9)
    )
    assert large[0] > small[0] + 5000


def test_a_job_of_no_molecule_is_as_large_as_the_first():
    assert resources.requirements(study(), "starting", {}, 0, 1) == needed("starting")


@pytest.mark.parametrize("smiles", ["[*]", "*", "[]", "[", "]", "[#6]", "[12]", "[:1]", "[2H]C"])
def test_a_smiles_that_a_job_will_refuse_has_a_size(smiles):
    """Snakemake asks for it before the job can say what is wrong."""
    size = resources.size_of(study(molecules={"one": {"smiles": smiles}}), "one", 0)
    assert size.atoms > 0
    assert size.elements > 0
