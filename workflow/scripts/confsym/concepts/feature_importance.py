"""Feature importance: what a model leans on, column by column and place by place."""

import numpy as np
import pandas as pd
from rdkit import Chem
from rdkit.Chem import rdDepictor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline

from confsym.concepts.page import TopicResults
from confsym.concepts.permutation import permutation_importance
from confsym.concepts.sample import HYDROGEN, Sample, internal
from confsym.concepts.sites import BEND, STRETCH, TORSION, Site, sites
from confsym.models.scaling import Standardizer
from confsym.molecules.rdkit_molecule import rdkit_molecule
from confsym.storage.numbers import Number

TITLE = "Feature importance"
CAPTION = """
Ridge regression ({train} training conformers, held-out error {ridge_mae} kcal/mol) and a random
forest ({forest_train}; {forest_mae} kcal/mol) on all {columns} internal coordinates and {noise}
columns of random numbers. **Above:** grouped permutation importance of the ridge regression, which
is the increase of its held-out mean absolute error when all columns of one place in the molecule
are shuffled together: left the stretches of bonds and the bends at atoms, right the torsions about
bonds. A halo is the stretches of an atom's bonds to hydrogen, which are not drawn. **Lower left:**
the places that matter most (mean and standard deviation of {repeats} shuffles), and beside them
the sum over the same columns shuffled one at a time, which over all places is {single_total}
kcal/mol against {grouped_total}. Columns of one place depend on each other (mean |r| {within}
against {between} between places; the six angles at a tetrahedral atom have five degrees of
freedom), so that shuffling one alone asks the model about shapes that cannot exist, where large
coefficients no longer cancel; or hides what the others say as well. **Lower right:** how four
measures share importance among stretches, bends, torsions and noise. Random numbers get
{noise_coefficient} % of all absolute coefficients and {noise_impurity} % of the forest's decrease
of impurity, which both look at training conformers; shuffled together on held-out ones they are
worth {noise_grouped} ± {noise_error} kcal/mol to the ridge regression and {noise_forest} ±
{noise_forest_error} to the forest.
"""

NOISE = 20
TRAIN, FOREST_TRAIN, TEST = 3000, 800, 600
TREES = 50
REPEATS = 10
NOISE_SITE = Site("noise", ())
SEED = 5


def measure(sample: Sample) -> TopicResults:
    """Coefficients, impurity, and permutation importance of columns and of places."""
    names, values = internal(sample)
    rng = np.random.default_rng(SEED)
    values = np.column_stack([values, rng.standard_normal((len(values), NOISE))])
    groups = sites(names, sample.topology)
    groups[NOISE_SITE] = list(range(len(names), values.shape[1]))
    learn, forest_learn, test = (
        sample.train[:TRAIN],
        sample.train[:FOREST_TRAIN],
        sample.held_out[:TEST],
    )
    ridge = make_pipeline(Standardizer(), RidgeCV(alphas=np.logspace(-2, 4, 13)))
    ridge.fit(values[learn], sample.energy[learn])
    forest = RandomForestRegressor(TREES, max_features=1 / 3, min_samples_leaf=2, random_state=SEED)
    forest.fit(values[forest_learn], sample.energy[forest_learn])
    held_out = values[test], sample.energy[test]

    single_columns = [[column] for column in range(values.shape[1])]
    single = permutation_importance(ridge.predict, *held_out, single_columns, REPEATS, SEED)
    columns = pd.DataFrame(
        {
            "column": [*names, *(f"noise_{number}" for number in range(NOISE))],
            "coefficient": np.abs(ridge[-1].coef_),
            "impurity": forest.feature_importances_,
            "permutation": single[0],
            "permutation_spread": single[1],
        }
    )
    joint = permutation_importance(ridge.predict, *held_out, list(groups.values()), REPEATS, SEED)
    forest_importance = permutation_importance(
        forest.predict, *held_out, list(groups.values()), 5, SEED
    )
    site_table = pd.DataFrame(
        [
            {
                "kind": site.kind,
                "site": site.label(sample.topology) if site.atoms else "random numbers",
                "atoms": " ".join(map(str, site.atoms)),
                "columns": len(members),
            }
            | columns.iloc[members][["coefficient", "impurity", "permutation"]].sum().to_dict()
            for site, members in groups.items()
        ]
    ).assign(
        grouped=joint[0],
        grouped_spread=joint[1],
        forest=forest_importance[0],
        forest_spread=forest_importance[1],
    )
    atoms, bonds = drawing(sample, dict(zip(groups, joint[0].tolist(), strict=True)))
    errors = {
        f"{name}_mae": np.abs(model.predict(held_out[0]) - held_out[1]).mean()
        for name, model in {"ridge": ridge, "forest": forest}.items()
    }
    correlation = correlations(values[learn][:, : len(names)], list(groups.values())[:-1])
    numbers = _numbers(site_table, errors, correlation) + [
        Number("train", len(learn), "", "training conformers of ridge regression"),
        Number("forest_train", len(forest_learn), "", "training conformers of the forest"),
        Number("columns", len(names), "", "internal coordinates"),
    ]
    return TopicResults(
        {"columns": columns, "sites": site_table, "atoms": atoms, "bonds": bonds}, numbers
    )


def correlations(values: np.ndarray, groups: list[list[int]]) -> tuple[float, float]:
    """Mean absolute correlation of two columns of one group, and of two groups."""
    absolute = np.abs(np.corrcoef(Standardizer().fit_transform(values), rowvar=False))
    group = np.empty(values.shape[1], dtype=int)
    for number, members in enumerate(groups):
        group[members] = number
    same_group = group[:, None] == group
    upper = np.triu(np.ones_like(same_group), 1)
    return tuple(float(np.nanmean(absolute[upper & mask])) for mask in (same_group, ~same_group))


def drawing(sample: Sample, worth: dict[Site, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where to draw each heavy atom and bond, and what each place is worth.

    Returns
    -------
    atoms
        atom, element, x and y in bond lengths; bends, stretches: kcal/mol.
    bonds
        first, second, order; stretch, torsion: kcal/mol; empty where there is no such place.
    """
    numbers = sample.topology.numbers
    heavy = np.flatnonzero(numbers != HYDROGEN).tolist()
    molecule = rdkit_molecule(sample.topology)
    heavy_molecule = Chem.RemoveHs(molecule)  # which keeps the order of the others
    # Sampled, so that chains keep clear of each other.
    rdDepictor.Compute2DCoords(
        heavy_molecule, nFlipsPerSample=3, nSample=200, permuteDeg4Nodes=True
    )
    drawing_positions = heavy_molecule.GetConformer().GetPositions()
    kept_atoms = [
        atom.GetIdx() for atom in heavy_molecule.GetAtoms() if atom.GetAtomicNum() != HYDROGEN
    ]
    drawn_at = dict(zip(heavy, drawing_positions[kept_atoms].tolist(), strict=True))
    atoms = [
        {
            "atom": atom,
            "element": molecule.GetAtomWithIdx(atom).GetSymbol(),
            "x": drawn_at[atom][0],
            "y": drawn_at[atom][1],
            "bends": worth.get(Site(BEND, (atom,)), np.nan),
            "stretches": worth.get(Site(STRETCH, (atom,)), np.nan),
        }
        for atom in heavy
    ]
    pairs = [pair for pair in sorted(sample.topology.order_of) if set(pair) <= set(heavy)]
    bonds = [
        {
            "first": pair[0],
            "second": pair[1],
            "order": sample.topology.order_of[pair],
            "stretch": worth.get(Site(STRETCH, pair), np.nan),
            "torsion": worth.get(Site(TORSION, pair), np.nan),
        }
        for pair in pairs
    ]
    return pd.DataFrame(atoms), pd.DataFrame(
        bonds, columns=["first", "second", "order", "stretch", "torsion"]
    )


def _numbers(site_table: pd.DataFrame, errors: dict, correlation: tuple) -> list[Number]:
    unit = "kcal/mol"
    noise, real = site_table.iloc[-1], site_table.iloc[:-1]
    share = {
        measure: 100 * noise[measure] / site_table[measure].sum()
        for measure in ("coefficient", "impurity")
    }
    return [
        Number("ridge_mae", errors["ridge_mae"], unit, "ridge regression: held-out error"),
        Number("forest_mae", errors["forest_mae"], unit, "random forest: held-out error"),
        Number("noise", NOISE, "", "columns of random numbers"),
        Number("repeats", REPEATS, "", "shuffles"),
        Number("within", correlation[0], "", "mean absolute correlation inside a place"),
        Number("between", correlation[1], "", "mean absolute correlation of two places"),
        Number("single_total", real["permutation"].sum(), unit, "columns shuffled singly, sum"),
        Number("grouped_total", real["grouped"].sum(), unit, "places shuffled, sum"),
        Number("noise_coefficient", share["coefficient"], "%", "noise's share: coefficients"),
        Number("noise_impurity", share["impurity"], "%", "noise's share: impurity"),
        Number("noise_grouped", noise["grouped"], unit, "noise shuffled, ridge regression"),
        Number("noise_error", noise["grouped_spread"], unit, "the same, spread over shuffles"),
        Number("noise_forest", noise["forest"], unit, "noise shuffled, forest"),
        Number("noise_forest_error", noise["forest_spread"], unit, "forest, spread over shuffles"),
    ]
