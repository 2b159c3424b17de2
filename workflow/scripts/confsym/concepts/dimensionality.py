"""The curse of dimensionality: in cubes, as the notes draw it, and in this study's features."""

import numpy as np
import pandas as pd
from rdkit.Chem.rdMolDescriptors import CalcNumRotatableBonds
from sklearn.neighbors import KNeighborsRegressor

from confsym.concepts import distances
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, internal, sizes
from confsym.concepts.selectors import by_filter
from confsym.features.distances import inverse_distances
from confsym.features.raw import raw_coordinates
from confsym.geometry.internal import dihedral_phases
from confsym.models.scaling import Standardizer
from confsym.molecules.rdkit_molecule import rdkit_molecule
from confsym.molecules.torsions import without_hydrogens
from confsym.storage.numbers import Number

TITLE = "The curse of dimensionality"
CAPTION = """
**Upper left:** edge of the cube that holds {neighbours} of {cube_points} points spread evenly over
a unit cube, (k/n)^(1/d): {edge_2} in two dimensions, {edge_10} in ten, {edge_last} in {last}.
**Upper middle:** distances of all pairs of {points} random points in a unit cube, in units of
their mean. Their coefficient of variation is {cv_2} in 2 dimensions, {cv_10} in 10, {cv_100} in
100 and {cv_10000} in 10,000, where √(7/(20 d)) says {formula_10000}: all points become equally
far. **Upper right:** the same for {conformers} conformers of the molecule by this study's own
features. Coordinates as they come have {raw_columns} columns and a variation of {raw_cv}, as even
points would have in {raw_like} dimensions; internal coordinates {internal_columns}, {internal_cv}
and {internal_like}; sorted inverse distances {sorted_columns}, {sorted_cv} and {sorted_like}; cos
and sin of the dihedrals of heavy atoms {torsions_columns}, {torsions_cv} and {torsions_like}.
**Lower left:** intrinsic dimension by the ratio of the distances to the two nearest neighbours,
against the number of conformers it is taken from; with all of them it is {raw_dimension},
{internal_dimension}, {sorted_dimension} and {torsions_dimension}, and the molecule has {rotatable}
rotatable bonds. The estimate takes the density around a point to be even; dihedrals lie in
separate wells, and where the first neighbour shares them and the second does not, it comes out too
small. **Lower right:** {k}-nearest-neighbour regression from {train} conformers, with columns
added in order of their correlation with the training energies: its least held-out error is
{real_best} kcal/mol with {real_columns} columns and {real_last} with all {real_all}. Random
columns added to the first {base} take it from {noise_first} to {noise_last} kcal/mol with
{noise_all}.
"""

NEIGHBOURS, CUBE_POINTS, LAST = 5, 10_000, 999  # the notes' first figure
POINTS, CUBES = 1000, (2, 5, 10, 100, 10_000)  # the notes' second figure
BINS = np.linspace(0, 2.5, 126)
K, TRAIN, TEST, BASE = 5, 1000, 500, 10
SEED = 7


def measure(sample: Sample) -> TopicResults:
    """Both of the notes' figures, and the same questions to the study's features."""
    rng = np.random.default_rng(SEED)
    dimension = np.arange(1, LAST + 1)
    edge = distances.edge_length(dimension, NEIGHBOURS, CUBE_POINTS)
    spreads = {f"d = {d:,}": (d, distances.uniform_pair_distances(POINTS, d, rng)) for d in CUBES}
    conformers = np.concatenate([sample.train, sample.held_out])
    values_by_set = features(sample)
    for name, values in values_by_set.items():
        scaled = Standardizer().fit_transform(values[conformers[:POINTS]])
        spreads[name] = (values.shape[1], distances.pair_distances(scaled))
    histograms = pd.concat(
        [histogram(found).assign(set=name) for name, (_, found) in spreads.items()]
    )
    variations = pd.DataFrame(
        [
            (name, columns, cv, 7 / (20 * cv**2))
            for name, (columns, found) in spreads.items()
            for cv in [distances.variation(found)]
        ],
        columns=["set", "columns", "variation", "like_even_points_in"],
    )
    heavy, _ = without_hydrogens(rdkit_molecule(sample.topology))
    rotatable = CalcNumRotatableBonds(heavy)
    tables = {
        "edge": pd.DataFrame({"dimensions": dimension, "edge": edge}),
        "histograms": histograms,
        "variations": variations,
        "intrinsic": intrinsic(values_by_set, conformers).assign(rotatable_bonds=rotatable),
        "neighbours": neighbour_error(sample),
    }
    numbers = [
        Number("rotatable", rotatable, "", "rotatable bonds"),
        Number("conformers", min(POINTS, len(conformers)), "", "conformers, distances"),
        Number("train", min(TRAIN, len(sample.train)), "", "training conformers"),
    ]
    return TopicResults(tables, numbers + _numbers(tables))


def features(sample: Sample) -> dict[str, np.ndarray]:
    """The sets of columns whose dimension is asked for, (n, p) each."""
    quads = sample.topology.dihedrals
    heavy = (sample.topology.numbers != 1)[quads].all(axis=1)
    phase = dihedral_phases(sample.positions, quads[heavy] if heavy.any() else quads)
    values_by_set = {
        "raw": raw_coordinates(sample.positions, sample.topology)[1],
        "internal": internal(sample)[1],
        "sorted": inverse_distances(sample.positions, sample.topology, "sorted")[1],
        "torsions": np.concatenate([phase.real, phase.imag], axis=1),
    }
    return {name: values for name, values in values_by_set.items() if values.shape[1]}


def histogram(pair_distances: np.ndarray) -> pd.DataFrame:
    """Density of distances in units of their mean, in equal bins."""
    density, edges = np.histogram(pair_distances / pair_distances.mean(), BINS, density=True)
    return pd.DataFrame({"from": edges[:-1], "to": edges[1:], "density": density})


def intrinsic(values_by_set: dict[str, np.ndarray], conformers: np.ndarray) -> pd.DataFrame:
    """Intrinsic dimension of each set of standardised columns, by number of conformers."""
    rows = [
        (name, count, distances.two_nearest_neighbours(scaled[:count]))
        for name, values in values_by_set.items()
        for scaled in [Standardizer().fit_transform(values[conformers])]
        for count in sizes(max(len(conformers) // 16, 50), len(conformers), 5)
    ]
    return pd.DataFrame(rows, columns=["set", "conformers", "dimension"])


def neighbour_error(sample: Sample) -> pd.DataFrame:
    """Held-out error of nearest neighbours as columns are added: real ones, and random ones."""
    learn, test = sample.train[:TRAIN], sample.held_out[:TEST]
    values = internal(sample)[1]
    values = Standardizer().fit(values[learn]).transform(values)
    values = values[:, by_filter(values[learn], sample.energy[learn], values.shape[1])]
    base = min(BASE, values.shape[1])
    noise = np.random.default_rng(SEED).standard_normal((len(values), values.shape[1] - base))
    rows = []
    for name, columns in {
        "real": values,
        "random": np.column_stack([values[:, :base], noise]),
    }.items():
        for count in sizes(1 if name == "real" else base, columns.shape[1], 14):
            model = KNeighborsRegressor(K).fit(columns[learn, :count], sample.energy[learn])
            error = model.predict(columns[test, :count]) - sample.energy[test]
            rows.append((name, count, np.abs(error).mean()))
    return pd.DataFrame(rows, columns=["added", "columns", "mae"])


def _numbers(tables: dict) -> list[Number]:
    edge = tables["edge"].set_index("dimensions")["edge"]
    spread = tables["variations"].set_index("set")
    numbers = [
        Number("neighbours", NEIGHBOURS, "", "points in the cube"),
        Number("cube_points", CUBE_POINTS, "", "points in all"),
        Number("points", POINTS, "", "random points"),
        Number("last", LAST, "", "most dimensions"),
        Number("edge_2", edge[2], "", "edge in 2 dimensions"),
        Number("edge_10", edge[10], "", "edge in 10 dimensions"),
        Number("edge_last", edge[LAST], "", "edge in the most dimensions"),
        Number("formula_10000", distances.uniform_variation(10_000), "", "√(7/(20 d))"),
    ]
    for d in CUBES:
        cv = spread.loc[f"d = {d:,}", "variation"]
        numbers.append(Number(f"cv_{d}", cv, "", f"variation in {d:,} dimensions"))
    last_dimension = tables["intrinsic"].groupby("set")["dimension"].last()
    for name in ("raw", "internal", "sorted", "torsions"):
        spread_row = spread.loc[name] if name in spread.index else {}  # nothing, without dihedrals
        numbers += [
            Number(f"{name}_columns", int(spread_row.get("columns", 0)), "", f"{name}: columns"),
            Number(f"{name}_cv", spread_row.get("variation", np.nan), "", f"{name}: variation"),
            Number(
                f"{name}_like",
                spread_row.get("like_even_points_in", np.nan),
                "",
                f"{name}: like even",
            ),
            Number(f"{name}_dimension", last_dimension.get(name, np.nan), "", f"{name}: dimension"),
        ]
    real, noise = (part for _, part in tables["neighbours"].groupby("added", sort=False))
    best = real.loc[real["mae"].idxmin()]
    unit = "kcal/mol"
    return [
        *numbers,
        Number("k", K, "", "neighbours that are averaged"),
        Number("real_best", best["mae"], unit, "least error"),
        Number("real_columns", int(best["columns"]), "", "its columns"),
        Number("real_last", real["mae"].iloc[-1], unit, "error with all columns"),
        Number("real_all", int(real["columns"].iloc[-1]), "", "all columns"),
        Number("base", int(noise["columns"].iloc[0]), "", "columns before random ones"),
        Number("noise_first", noise["mae"].iloc[0], unit, "error before random ones"),
        Number("noise_last", noise["mae"].iloc[-1], unit, "error with random ones"),
        Number("noise_all", int(noise["columns"].iloc[-1]), "", "columns with random ones"),
    ]
