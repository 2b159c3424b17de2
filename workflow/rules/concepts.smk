"""The notes' teaching topics, on this study's own data: a figure, its tables and a page each.

Reads the ensemble, energies and split of the study's first molecule. Writes, for each topic,
results/concepts/{topic}.{svg,pdf,png}, {topic}.csv (all numbers of the caption), {topic}.md (caption and
numbers, for people) and {topic}/{table}.csv (what the figure is drawn from).
"""

FIRST_TITLE = f"{FIRST}, {LEVEL}"
SAMPLE = {
    "molecule": f"results/{FIRST}/molecule.json",
    "ensemble": CONFORMERS.format(molecule=FIRST),
    "energies": f"results/{FIRST}/energies/{config['energies']['level']}.csv",
    "split": f"results/{FIRST}/split.csv",
}


rule show_empirical_risk:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_empirical_risk"),
    output:
        figure=reported_concept("empirical_risk"),
        tables=[
            "results/concepts/empirical_risk/curves.csv",
            "results/concepts/empirical_risk/spread.csv",
        ],
        numbers="results/concepts/empirical_risk.csv",
        page="results/concepts/empirical_risk.md",
    log:
        "logs/show_empirical_risk.log",
    benchmark:
        "timings/show_empirical_risk.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_empirical_risk"),
    script:
        "../scripts/show_empirical_risk.py"


rule show_linear_regression:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_linear_regression"),
    output:
        figure=reported_concept("linear_regression"),
        tables=[
            "results/concepts/linear_regression/losses.csv",
            "results/concepts/linear_regression/distance.csv",
            "results/concepts/linear_regression/epochs.csv",
        ],
        numbers="results/concepts/linear_regression.csv",
        page="results/concepts/linear_regression.md",
    log:
        "logs/show_linear_regression.log",
    benchmark:
        "timings/show_linear_regression.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_linear_regression"),
    script:
        "../scripts/show_linear_regression.py"


rule show_bias_variance:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_bias_variance"),
    output:
        figure=reported_concept("bias_variance"),
        tables=[
            "results/concepts/bias_variance/curves.csv",
        ],
        numbers="results/concepts/bias_variance.csv",
        page="results/concepts/bias_variance.md",
    log:
        "logs/show_bias_variance.log",
    benchmark:
        "timings/show_bias_variance.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_bias_variance"),
    script:
        "../scripts/show_bias_variance.py"


rule show_hyperparameters:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_hyperparameters"),
    output:
        figure=reported_concept("hyperparameters"),
        tables=[
            "results/concepts/hyperparameters/map.csv",
            "results/concepts/hyperparameters/trials.csv",
            "results/concepts/hyperparameters/nested.csv",
            "results/concepts/hyperparameters/leak.csv",
        ],
        numbers="results/concepts/hyperparameters.csv",
        page="results/concepts/hyperparameters.md",
    log:
        "logs/show_hyperparameters.log",
    benchmark:
        "timings/show_hyperparameters.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_hyperparameters"),
    script:
        "../scripts/show_hyperparameters.py"


rule show_kernel_trick:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_kernel_trick"),
    output:
        figure=reported_concept("kernel_trick"),
        tables=[
            "results/concepts/kernel_trick/agreement.csv",
            "results/concepts/kernel_trick/fourier.csv",
            "results/concepts/kernel_trick/cost.csv",
        ],
        numbers="results/concepts/kernel_trick.csv",
        page="results/concepts/kernel_trick.md",
    log:
        "logs/show_kernel_trick.log",
    benchmark:
        "timings/show_kernel_trick.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_kernel_trick"),
    script:
        "../scripts/show_kernel_trick.py"


rule show_feature_importance:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_feature_importance"),
    output:
        figure=reported_concept("feature_importance"),
        tables=[
            "results/concepts/feature_importance/columns.csv",
            "results/concepts/feature_importance/sites.csv",
            "results/concepts/feature_importance/atoms.csv",
            "results/concepts/feature_importance/bonds.csv",
        ],
        numbers="results/concepts/feature_importance.csv",
        page="results/concepts/feature_importance.md",
    log:
        "logs/show_feature_importance.log",
    benchmark:
        "timings/show_feature_importance.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_feature_importance"),
    script:
        "../scripts/show_feature_importance.py"


rule show_feature_selection:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_feature_selection"),
    output:
        figure=reported_concept("feature_selection"),
        tables=[
            "results/concepts/feature_selection/selection.csv",
            "results/concepts/feature_selection/bias.csv",
        ],
        numbers="results/concepts/feature_selection.csv",
        page="results/concepts/feature_selection.md",
    log:
        "logs/show_feature_selection.log",
    benchmark:
        "timings/show_feature_selection.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_feature_selection"),
    script:
        "../scripts/show_feature_selection.py"


rule show_dimensionality:
    input:
        **SAMPLE,
        style=STYLE,
        code=code_of("show_dimensionality"),
    output:
        figure=reported_concept("dimensionality"),
        tables=[
            "results/concepts/dimensionality/edge.csv",
            "results/concepts/dimensionality/histograms.csv",
            "results/concepts/dimensionality/variations.csv",
            "results/concepts/dimensionality/intrinsic.csv",
            "results/concepts/dimensionality/neighbours.csv",
        ],
        numbers="results/concepts/dimensionality.csv",
        page="results/concepts/dimensionality.md",
    log:
        "logs/show_dimensionality.log",
    benchmark:
        "timings/show_dimensionality.tsv"
    conda:
        "../../environment.yml"
    params:
        title=FIRST_TITLE,
        columns=lookup(dpath="figures", within=config),
        software=software_of("show_dimensionality"),
    script:
        "../scripts/show_dimensionality.py"


rule concepts:
    input:
        expand(
            "results/concepts/{topic}.{ending}",
            topic=[
                "empirical_risk",
                "linear_regression",
                "bias_variance",
                "hyperparameters",
                "kernel_trick",
                "feature_importance",
                "feature_selection",
                "dimensionality",
            ],
            ending=[*PRINTED, "csv", "md"],
        ),
