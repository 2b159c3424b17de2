"""The notes' teaching topics, on this study's own data: a figure, its tables and a page each.

Reads the ensemble, energies and split of the study's first molecule. Writes, for each topic,
results/concepts/{topic}.{svg,pdf,png}, {topic}.csv (all numbers of the caption), {topic}.md (caption and
numbers, for people) and {topic}/{table}.csv (what the figure is drawn from).
"""

FIRST = next(iter(config["molecules"]))

for topic in TOPICS.values():

    rule:
        name:
            f"plot_{topic.name}"
        input:
            molecule=f"results/{FIRST}/molecule.json",
            ensemble=conformers_of(FIRST),
            energies=energies_of(FIRST),
            split=f"results/{FIRST}/split.csv",
            style=STYLE,
        output:
            figure=reported_figure(
                f"results/concepts/{topic.name}",
                caption="concept",
                chapter="Concepts",
                topic=topic.label,
                molecule=FIRST,
                level=labels_of_levels([FIRST]),
            ),
            tables=[f"results/concepts/{topic.name}/{table}.csv" for table in topic.tables],
            numbers=f"results/concepts/{topic.name}.csv",
            page=f"results/concepts/{topic.name}.md",
        log:
            f"logs/plot_{topic.name}.log",
        benchmark:
            f"timings/plot_{topic.name}.tsv"
        conda:
            "../../environment.yml"
        resources:
            **needs("teaching"),
        params:
            measure=topic.function,
            draw=topic.figure,
            module=topic.module,
            title=f"{FIRST}, {labels_of_levels([FIRST])}",
            columns=lookup(dpath="figures", within=config),
            code=code_of("plot_concept", always(topic)),
            software=software_of("plot_concept", always(topic)),
        message:
            f"Plotting {topic.label} on {FIRST}"
        script:
            "../scripts/plot_concept.py"


rule concepts:
    input:
        expand(
            "results/concepts/{topic}.{ending}",
            topic=TOPICS,
            ending=[*PRINTED, "csv", "md"],
        ),
    message:
        "Completing the concepts"
