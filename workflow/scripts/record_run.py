"""Record the whole config and the software that results come from."""

import yaml

from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake):
    text = yaml.safe_dump(snakemake.params.study, sort_keys=False, allow_unicode=True)
    files.write_text(snakemake.output.config, text)
    files.write_json(snakemake.output.environment, snakemake.params.environment)
