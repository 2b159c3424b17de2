"""The notes' chain as one plain script, without this project: what the workflow is timed against.

    python plain_script.py SMILES ATTEMPTS TRAIN

It leaves three parity plots and `stages.json`, wall and processor seconds of each stage.
"""

import json
import resource
import sys
import time

SMILES, ATTEMPTS, TRAIN = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
stages = {}
last = [0.0, 0.0]


def done(stage):
    """Book the time since the last call on a stage."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    now = [time.perf_counter(), used.ru_utime + used.ru_stime]
    stages[stage] = [now[0] - last[0], now[1] - last[1]]
    last[:] = now


done("start")
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from rdkit import Chem
from rdkit.Chem import AllChem
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score

done("imports")

molecule = Chem.AddHs(Chem.MolFromSmiles(SMILES))
AllChem.EmbedMultipleConfs(
    molecule,
    numConfs=ATTEMPTS,
    maxAttempts=1000,
    randomSeed=42,
    pruneRmsThresh=0.2,
    useExpTorsionAnglePrefs=True,
    useBasicKnowledge=True,
    enforceChirality=True,
    numThreads=0,
)
done("embedding and pruning")

energies = []
for conformer in molecule.GetConformers():
    properties = AllChem.MMFFGetMoleculeProperties(molecule)
    field = AllChem.MMFFGetMoleculeForceField(molecule, properties, confId=conformer.GetId())
    energies.append(field.CalcEnergy())
done("energies")

positions = np.array([conformer.GetPositions() for conformer in molecule.GetConformers()])
columns = [f"{axis}_{atom}" for atom in range(molecule.GetNumAtoms()) for axis in "xyz"]
table = pd.DataFrame(positions.reshape(len(positions), -1), columns=columns)
table["energy"] = energies
table = table.sample(frac=1, random_state=0)
train, test = table[:TRAIN], table[TRAIN:]
done("table")

model = HistGradientBoostingRegressor().fit(train[columns], train["energy"])
done("model")

moved = train[columns] + 1
for name, features, energy in (
    ("train", train[columns], train["energy"]),
    ("test", test[columns], test["energy"]),
    ("moved", moved, train["energy"]),
):
    predicted = model.predict(features)
    figure, axes = plt.subplot_mosaic(
        [["top", "."], ["main", "side"]], width_ratios=[5, 1], height_ratios=[1, 5]
    )
    density = np.histogram2d(energy, predicted, bins=60)
    column = np.clip(np.digitize(energy, density[1]) - 1, 0, 59)
    row = np.clip(np.digitize(predicted, density[2]) - 1, 0, 59)
    axes["main"].scatter(energy, predicted, c=density[0][column, row], s=5)
    axes["main"].axline((60, 60), slope=1)
    axes["top"].hist(energy, bins=60)
    axes["side"].hist(predicted, bins=60, orientation="horizontal")
    mae, r2 = mean_absolute_error(energy, predicted), r2_score(energy, predicted)
    axes["main"].set(
        xlabel="energy (kcal/mol)",
        ylabel="predicted (kcal/mol)",
        title=f"{name}: MAE {mae:.2f}, R2 {r2:.3f}",
    )
    figure.savefig(f"{name}.pdf")
    figure.savefig(f"{name}.svg")
done("figures")
del stages["start"]
with open("stages.json", "w") as handle:
    json.dump(stages, handle)
