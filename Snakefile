# confsym: learn a very simple force field from conformers, and put its symmetries on trial.
#
# Everything stands under results/, one folder a wildcard, in the order in which data derives:
#   {molecule}/molecule.json                                        atoms, bonds, stereocentres
#   {molecule}/conformers/{ensemble.npz,ensemble.csv,ensemble.sdf}  the conformers, as embedded
#   {molecule}/conformers/shards/{shard}.npz                        a part of the attempts, unpruned
#   {molecule}/conformers/minimized/{level}.npz                     only where minimisation is on
#   {molecule}/conformers/moved/{transform}.npz                     copies, moved
#   {molecule}/energies/{level}.csv, {level}.gradients.npz          kcal/mol; kcal/mol/Å, if asked
#   {molecule}/energies/parts/{level}/{part}.npz                    of a level that takes minutes
#   {molecule}/split.csv                                            which train, which are held out
#   {molecule}/features/{feature}/{transform}.parquet               `original`: as embedded
#   {molecule}/experiments/{experiment}/model.joblib, predictions.parquet, metrics.csv,
#                   learning_curve.csv, constants.{csv,md}, ablation.{csv,md}
#   {molecule}/tables/{summary,symmetry}.{csv,md,tex}, {calibration,body_order}.{csv,md}
#   {molecule}/figures/parity/{experiment}.{svg,pdf,html}, symmetry_functions/{feature}.{svg,pdf},
#                      {learning_curves,calibration,body_order}.{svg,pdf}
#   concepts/{topic}.{svg,pdf,csv,md}, {topic}/{table}.csv          the first molecule's lessons
#   run_config.yaml, environment.json                               what made all this

from snakemake.utils import min_version

min_version("9.27")

# A --configfile replaces this study; Snakemake alone would merge the two.
if not workflow.config_settings.configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/conformers.smk"
include: "workflow/rules/energies.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/rediscovery.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/concepts.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        rules.symmetry.input,
        rules.learning_curves.input,
        rules.rediscovery.input,
        rules.calibration.input,
        STUDY_FILES,


rule notes:
    input:
        notes_figures,
