"""Memory and time that jobs ask for, by what kind of work they do.

A local run heeds memory where it is told how much there is (--resources mem_mb=8000), a cluster
always. Threads are one everywhere.
"""

from functools import cache

from confsym.study import resources


@cache
def bytes_of_file(folder):
    """Bytes of the file that a folder's geometries come from; 0 where there is none."""
    if folder not in geometries.read_folders(config):
        return 0
    return os.path.getsize(geometries.path_of(config, folder, CONFIG_FILES))


@cache
def needed(work, wildcards, attempt):
    """Memory, MB, and time, min, of a job."""
    wildcards = dict(wildcards)
    file = bytes_of_file(wildcards["molecule"]) if "molecule" in wildcards else 0
    return resources.requirements(config, work, wildcards, file, attempt)


def needs(work):
    """Resources: what jobs of a kind of work ask for, more with each attempt."""

    def memory(wildcards, attempt):
        return needed(work, tuple(wildcards.items()), attempt)[0]

    def minutes(wildcards, attempt):
        return needed(work, tuple(wildcards.items()), attempt)[1]

    return {"mem_mb": memory, "runtime": minutes}
