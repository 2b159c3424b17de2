"""What a run did, as entities of a Provenance Run Crate.

One `CreateAction` a job, with its script, inputs, outputs and named parameters; one `ControlAction`
that ties it to its rule, a `HowToStep`; one `OrganizeAction` for Snakemake.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confsym.archive.entities import Entity, entity, identifier, references

WORKFLOW = "Snakefile"
LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
DONE = "http://schema.org/CompletedActionStatus"

Job = Mapping[str, Any]


def entities(jobs: Sequence[Job], left_out: set[str], engine: str) -> Iterator[Entity]:
    """Everything about the workflow, its tools and its run.

    Parameters
    ----------
    jobs
        Entries `rule`, `wildcards`, `script`, `inputs`, `outputs`, `params`.
    left_out
        Files that are not in the archive.
    engine
        Version of Snakemake.
    """
    yield from _workflow(jobs, engine)
    yield from _parameters(jobs)
    for job in jobs:
        inputs, outputs = (
            [identifier(name, "#left-out/" if name in left_out else "") for name in job[key]]
            for key in ("inputs", "outputs")
        )
        values = [_value(job, name) for name in job["params"]]
        yield entity(
            identifier(_title(job), "#job/"),
            "CreateAction",
            name=_title(job),
            instrument={"@id": identifier(job["script"])},
            object=references([*inputs, *values]),
            result=references(outputs),
            actionStatus=DONE,
        )
        yield entity(
            identifier(_title(job), "#control/"),
            "ControlAction",
            name=f"Snakemake runs {_title(job)}",
            instrument={"@id": identifier(job["rule"], "#step/")},
            object={"@id": identifier(_title(job), "#job/")},
            actionStatus=DONE,
        )
    archived_outputs = {name for job in jobs for name in job["outputs"]} - left_out
    yield entity(
        "#run",
        "CreateAction",
        name="the study",
        instrument={"@id": WORKFLOW},
        object={"@id": "config/config.yaml"},
        result=references(map(identifier, sorted(archived_outputs))),
        actionStatus=DONE,
    )
    yield entity(
        "#organize",
        "OrganizeAction",
        name="Snakemake runs the study",
        instrument={"@id": "#snakemake"},
        object=references(identifier(_title(job), "#control/") for job in jobs),
        result={"@id": "#run"},
        actionStatus=DONE,
    )


def _workflow(jobs: Sequence[Job], engine: str) -> Iterator[Entity]:
    """The Snakefile with its steps and tools, and Snakemake."""
    scripts = {job["rule"]: identifier(job["script"]) for job in jobs}
    yield entity(
        WORKFLOW,
        ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
        programmingLanguage={"@id": LANGUAGE},
        hasPart=references(scripts.values()),
        step=references(identifier(rule, "#step/") for rule in scripts),
    )
    url = {"@id": "https://snakemake.github.io"}
    yield entity(LANGUAGE, "ComputerLanguage", name="Snakemake", version=engine, url=url)
    yield entity("#snakemake", "SoftwareApplication", name="Snakemake", version=engine, url=url)
    for position, (rule, script) in enumerate(scripts.items(), start=1):
        yield entity(
            identifier(rule, "#step/"),
            "HowToStep",
            name=rule,
            position=str(position),
            workExample={"@id": script},
        )


def _parameters(jobs: Sequence[Job]) -> Iterator[Entity]:
    """The scripts with the parameters that they take, and every value that one had."""
    values: dict[str, dict[str, dict[str, str]]] = {}
    for job in jobs:
        texts_by_name = values.setdefault(job["script"], {})
        for name, value in job["params"].items():
            texts_by_name.setdefault(name, {})[_value(job, name)] = _text(value)
    for script, texts_by_name in values.items():
        formal = {name: identifier(f"{script}/{name}", "#parameter/") for name in texts_by_name}
        tool = entity(identifier(script), ["File", "SoftwareSourceCode"])
        yield tool | ({"input": references(formal.values())} if formal else {})
        for name, texts in texts_by_name.items():
            yield entity(
                formal[name],
                "FormalParameter",
                name=name,
                additionalType="Text",
                workExample=references(texts),
            )
            for value_id, text in texts.items():
                example = {"@id": formal[name]}
                yield entity(
                    value_id, "PropertyValue", name=name, value=text, exampleOfWork=example
                )


def _title(job: Job) -> str:
    return " ".join([job["rule"], *map(str, job["wildcards"].values())])


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(job: Job, name: str) -> str:
    """Identifier of a parameter's value, the same for jobs that share it."""
    digest = hashlib.sha256(_text(job["params"][name]).encode()).hexdigest()[:12]
    return identifier(f"{job['script']}/{name}/{digest}", "#value/")
