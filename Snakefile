# confsym: learn a very simple force field from conformers, and put its symmetries on trial.
#
# Everything stands under results/ (its SHA-256 under checksums/), one folder a wildcard, as data derives:
#   {molecule}/molecule.json, split.csv                             atoms, bonds; which are held out
#   {molecule}/conformers/ensemble.*, {shards,walkers,minimized,moved}/  conformers; before; copies
#   {molecule}/energies/{level}.csv, {level}.gradients.npz          kcal/mol; kcal/mol/Å, if asked
#   {molecule}/tests/{set}/                                         further geometries
#   {molecule}/features/{feature}/{transform,augmented/*}.parquet   `original`: as embedded; copies
#   {molecule}/experiments/{experiment}/model.joblib, predictions.parquet, metrics.csv, ...
#   {molecule}/experiments/{experiment}/force_*, force_field.zip    where forces are learned
#   {molecule}/experiments/{experiment}/acquired/{by}/{repeat}/{round}/  where geometries are chosen
#   {molecule}/{tables,figures}/*.{csv,md,tex,svg,pdf,html}         experiments side by side
#   comparison/, crystals/, concepts/, archive/                     many molecules; lessons; two files

from snakemake.utils import min_version

min_version("9.27")


include: "workflow/rules/config.smk"
include: "workflow/rules/common.smk"
include: "workflow/rules/energies_plan.smk"
include: "workflow/rules/reporting.smk"
include: "workflow/rules/entries.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/further_sets.smk"
include: "workflow/rules/datasets.smk"
include: "workflow/rules/conformers.smk"
include: "workflow/rules/sampling_plan.smk"
include: "workflow/rules/sampling.smk"
include: "workflow/rules/energies.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/forces_plan.smk"
include: "workflow/rules/forces.smk"
include: "workflow/rules/force_fields.smk"
include: "workflow/rules/acquisition_plan.smk"
include: "workflow/rules/acquisition.smk"
include: "workflow/rules/dynamics_plan.smk"
include: "workflow/rules/dynamics.smk"
include: "workflow/rules/comparison.smk"
include: "workflow/rules/symmetry.smk"
include: "workflow/rules/rediscovery.smk"
include: "workflow/rules/crystals.smk"
include: "workflow/rules/concepts.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/archive_plan.smk"
include: "workflow/rules/archive.smk"
include: "workflow/rules/verify.smk"
include: "workflow/rules/local.smk"


rule all:
    default_target: True
    input:
        rules.conformers.input,
        rules.symmetry.input,
        rules.learning_curves.input,
        rules.rediscovery.input,
        rules.calibration.input,
        rules.forces.input,
        rules.acquire.input,
        rules.comparison.input,
        files_of_all,
    message:
        "Completing the study"


rule notes:
    input:
        notes_figures,
    message:
        "Completing the figures of the notes"
