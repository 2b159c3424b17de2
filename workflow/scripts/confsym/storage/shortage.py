"""What the machine lacked, said for what it is: neither the study nor the code is at fault."""

import errno

FREE_SPACE = (
    "free some space, or run the study on another disk (--directory); finished jobs stay, so start "
    "it again then"
)
CAUSES = {
    errno.ENOSPC: ("the disk is full", FREE_SPACE),
    errno.EDQUOT: ("your quota of the disk is used up", FREE_SPACE),
    errno.EFBIG: (
        "the file would be larger than the system allows",
        "raise the limit (ulimit -f), or run the study on another disk (--directory)",
    ),
    errno.EROFS: (
        "the file system can only be read",
        "run the study in a folder that can be written to (--directory)",
    ),
    errno.EACCES: (
        "you have no permission",
        "give yourself the right to read and write there, or run the study elsewhere (--directory)",
    ),
    errno.EMFILE: ("too many files are open at once", "raise the limit (ulimit -n)"),
    errno.ENFILE: ("too many files are open on this machine", "run fewer jobs at once (--cores)"),
    errno.EIO: ("the disk reports an error", "see whether it, or its connection, is damaged"),
    errno.ESTALE: (
        "the network's file system lost the file",
        "see that it is mounted, and start the study again",
    ),
}
CAUSES[errno.EPERM] = CAUSES[errno.EACCES]
MEMORY = (
    "the job ran out of memory: {why}; run fewer jobs at once (--cores), on a machine with more "
    "memory, or with fewer conformers (embedding.attempts)."
)
JAX_MEMORY = "RESOURCE_EXHAUSTED"  # how JAX says it, in an error of its own


def sentence(error: BaseException) -> str | None:
    """Say what the machine lacked, where, and what to do; None for an error of another kind."""
    if isinstance(error, MemoryError) or JAX_MEMORY in str(error):
        first = next(iter(str(error).splitlines()), "")
        return MEMORY.format(why=first or "an array did not fit")
    if isinstance(error, OSError) and error.errno in CAUSES:
        cause, cure = CAUSES[error.errno]
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{cause}; {cure}."
    return None
