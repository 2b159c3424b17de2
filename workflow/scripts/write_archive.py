"""Write the study as one archive, and the record of its run beside it."""

from pathlib import Path

from confsym.archive import contents, record
from confsym.provenance.jobs import job
from confsym.storage import zipped

with job(snakemake) as log:
    params, paths = snakemake.params, list(map(Path, snakemake.input.project))
    project = dict(zip(params.project, paths, strict=True))
    if orphans := contents.orphans(params.jobs, Path("results")):
        targets, names = ", ".join(params.source["targets"]), "\n".join(orphans)
        log.warning("left out, as no job of target %s writes them:\n%s", targets, names)
    if not params.source["commit"]:
        log.warning(
            "the project is no git checkout; the archive says that no commit names its code"
        )
    config = Path(snakemake.input.config)
    members = contents.members(params.jobs, project, config, params.source, params.intermediate)
    zipped.write(snakemake.output.archive, members)
    prefix = str(snakemake.input.project[0]).removesuffix(params.project[0])
    zipped.write(snakemake.output.record, record.members(params.jobs, prefix))
    log.info("%d files, %d bytes", len(members), Path(snakemake.output.archive).stat().st_size)
