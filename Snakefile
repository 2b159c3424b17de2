# confsym: learn a very simple force field from conformers, and put its symmetries on trial.
#
# Everything stands under results/, one folder a wildcard, in the order in which data derives:
#   {molecule}/molecule.json, split.csv                             atoms, bonds; which are held out
#   {molecule}/conformers/{ensemble.npz,ensemble.csv,ensemble.sdf}  the conformers, as embedded
#   {molecule}/conformers/{shards,walkers,minimized,moved}/         before, or instead, or copies
#   {molecule}/energies/{level}.csv, {level}.gradients.npz          kcal/mol; kcal/mol/Å, if asked
#   {molecule}/tests/{set}/                                         further geometries
#   {molecule}/features/{feature}/{transform}.parquet               `original`: as embedded
#   {molecule}/features/{feature}/augmented/{experiment}.parquet    moved copies to train on
#   {molecule}/experiments/{experiment}/model.joblib, predictions.parquet, metrics.csv, ...
#   {molecule}/experiments/{experiment}/force_{predictions,metrics,learning_curve}.*  where learned
#   {molecule}/experiments/{experiment}/force_field.zip             for confsym.calculator
#   {molecule}/tables/{summary,symmetry,rotations,...}.{csv,md,tex} experiments side by side
#   {molecule}/figures/parity/{experiment}.{svg,pdf,html}, {conformers,symmetry,...}.{svg,pdf}
#   concepts/{topic}.{svg,pdf,png,csv,md}, {topic}/{table}.csv      the first molecule, as lessons
#   comparison/, crystals/; run_config.yaml, environment.json; archive/

from snakemake.utils import min_version

min_version("9.27")


include: "workflow/rules/config.smk"
include: "workflow/rules/common.smk"
include: "workflow/rules/reporting.smk"
include: "workflow/rules/entries.smk"
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


rule all:
    default_target: True
    input:
        rules.look.input,
        rules.symmetry.input,
        rules.learning_curves.input,
        rules.rediscovery.input,
        rules.calibration.input,
        rules.forces.input,
        STUDY_FILES,
    message:
        "Completing the study"


rule notes:
    input:
        notes_figures,
    message:
        "Completing the figures of the notes"
