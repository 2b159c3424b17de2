"""The study as two files: an archive that proves itself, and the record of its run.

Reads the config's section archive. Writes results/archive/, which no other target asks for. What
goes in are the files of the jobs that `all` and the archive's targets ask for, and the project's own.
"""

# Rules of large files that come back from the others in seconds.
INTERMEDIATE = [
    "embed_conformers",
    "move_conformers",
    "compute_energies",
    "compute_features",
    "compute_moved_features",
    "compute_copied_features",
]


# Local, since the jobs are known only to the Snakemake that planned them.
rule write_archive:
    input:
        files=study_files,
        config=study_config,
        project=project_files,
    output:
        archive="results/archive/{archive}.zip",
        record="results/archive/{archive}-record.zip",
    log:
        "logs/write_archive/{archive}.log",
    benchmark:
        "timings/write_archive/{archive}.tsv"
    wildcard_constraints:
        archive=r".+-(no-commit|[0-9a-f]{12}(-dirty)?)",
    localrule: True
    conda:
        "../../environment.yml"
    resources:
        **needs("tabling"),
    params:
        jobs=described_jobs,
        project=project_names,
        source=source_of_project,
        intermediate=[] if config["archive"]["intermediates"] else INTERMEDIATE,
        code=code_of("write_archive"),
        software=software_of("write_archive"),
    message:
        "Writing {wildcards.archive}.zip"
    script:
        "../scripts/write_archive.py"


rule archive:
    input:
        archive_files,
    message:
        "Completing the archive"
