"""What rules ask for is at least what their jobs took."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from confsym.study import resources
from studies import ROOT

RULES = [
    (re.search(r'benchmark:\n\s+f?"timings/(.+?)\.tsv"', body)[1], work[1])
    for path in sorted((ROOT / "workflow/rules").glob("*.smk"))
    for body in re.split(r"^ *(?:use )?rule\b", path.read_text(), flags=re.M)[1:]
    if (work := re.search(r'\*\*needs\("(\w+)"\)', body)) and "benchmark:" in body
]


def measured(folder: Path) -> Iterator[tuple[str, str, dict[str, str], float, float]]:
    """Name, kind of work, wildcards, MB and seconds of each job of a study that left its timing."""
    for file in sorted(folder.glob("timings/**/*.tsv")):
        name = str(file.relative_to(folder / "timings").with_suffix(""))
        for timing, work in RULES:
            pattern = re.sub(r"{(topic\.name)}", r"\\w+", timing)
            pattern = re.sub(r"{molecule}", r"(?P<molecule>.+?)", pattern)
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern)
            if found := re.fullmatch(pattern, name):
                row = list(csv.DictReader(file.open(), delimiter="\t"))[-1]
                memory = 0.0 if row["max_rss"] in ("NA", "-") else float(row["max_rss"])
                yield name, work, found.groupdict(), memory, float(row["s"])
                break


def test_every_rule_with_a_script_says_what_it_asks_for():
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    rules = re.split(r"^ *rule\b", text, flags=re.M)[1:]
    for body in rules:
        assert ("script:" in body) == ("**needs(" in body), body.splitlines()[0]
    assert {work for _, work in RULES} == set(resources.KINDS_OF_WORK)


def test_memory_changes_no_result_and_reruns_nothing(finished):
    """A job that is told of too little says so; with other numbers results are the same bytes."""
    model = finished.folder / "results/butanol/experiments/sorted_kernel/model.joblib"
    target = str(model.relative_to(finished.folder))
    given = "--set-resources", "fit_model:mem_mb=100", "fit_model:runtime=1"
    assert not finished.plan("all", *given)
    before = model.read_bytes()
    model.unlink()
    refused = finished.snakemake(target, *given)
    assert refused.returncode != 0
    sentence = (
        r"^ERROR: kernel_ridge needs \S+ MB for 60 training rows, and 0 MB are left of the 100 MB "
        r"that its job may take \(mem_mb, .* even one takes more; .*\.$"
    )
    assert re.search(sentence, refused.stdout, re.MULTILINE), refused.stdout
    assert not model.exists()
    finished.run(target, "--set-resources", "fit_model:mem_mb=3000")
    assert model.read_bytes() == before


def test_jobs_of_the_tiny_study_took_less_than_their_rules_state(finished):
    study = yaml.safe_load((finished.folder / "results/run_config.yaml").read_text())
    jobs = list(measured(finished.folder))
    assert len(jobs) > 40
    for name, work, wildcards, memory, seconds in jobs:
        stated, minutes = resources.requirements(study, work, wildcards, 0, attempt=1)
        assert memory < stated, name
        assert seconds < 60 * minutes, name
