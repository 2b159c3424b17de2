"""Compare a study that was run again with its archive, file by file, and report.

    python -m confsym.archive.outcome ARCHIVE AGAIN REPORT START

ARCHIVE is the unpacked archive, AGAIN the folder of the new run, REPORT a file to write, START
where the run began: scratch, or conformers. The exit status is the verdict: 0, 1 or 2, as
`confsym.archive.reproduce` says.
"""

import sys
from collections import Counter
from pathlib import Path

from confsym.archive.compare import (
    ABSOLUTE,
    CLOSE,
    DIFFERENT,
    IDENTICAL,
    RELATIVE,
    UNJUDGED,
    Verdict,
    compare,
)
from confsym.archive.contents import ENVIRONMENT, sha256
from confsym.archive.manifest import MANIFEST, SUMS, read_manifest, read_sums
from confsym.archive.reproduce import SCRATCH
from confsym.storage.files import write_text
from confsym.storage.numbers import significant

MISSING = "missing"
NOT_AGAIN = "left out and not computed again"  # what trusted conformers were made from
ORDER = (DIFFERENT, MISSING, UNJUDGED, NOT_AGAIN, CLOSE, IDENTICAL)


def outcome(archive: Path, reproduced: Path, start: str) -> dict[str, Verdict]:
    """A verdict on each file under results/ that the archive or the new run has."""
    verdicts = {}
    for name in read_sums((archive / SUMS).read_text(encoding="utf-8")):
        if name.startswith("results/"):
            exists = (reproduced / name).is_file()
            verdicts[name] = (
                compare(archive / name, reproduced / name) if exists else Verdict(MISSING)
            )
    for entry in read_manifest((archive / MANIFEST).read_text(encoding="utf-8"))["left_out"]:
        path = reproduced / entry["file"]
        if not path.is_file():
            verdicts[entry["file"]] = Verdict(MISSING if start == SCRATCH else NOT_AGAIN)
        elif sha256(path) == entry["sha256"]:
            verdicts[entry["file"]] = Verdict(IDENTICAL)
        else:
            verdicts[entry["file"]] = Verdict(UNJUDGED, detail="left out, and has other bytes now")
    reproduced_files = (path for path in (reproduced / "results").rglob("*") if path.is_file())
    for name in {path.relative_to(reproduced).as_posix() for path in reproduced_files} - set(
        verdicts
    ):
        verdicts[name] = Verdict(DIFFERENT, detail="the archive has no such file")
    if verdicts.get(ENVIRONMENT, Verdict(MISSING)).status == DIFFERENT:
        # It says which machine and packages a run had, and another one may have others.
        verdicts[ENVIRONMENT] = Verdict(
            UNJUDGED, detail=f"not a result: {verdicts[ENVIRONMENT].detail}"
        )
    return dict(sorted(verdicts.items()))


def status(verdicts: dict[str, Verdict]) -> int:
    """0 if all that was run again is identical, 2 if anything is different or missing, else 1."""
    statuses = {verdict.status for verdict in verdicts.values()} - {NOT_AGAIN}
    return 2 if statuses & {DIFFERENT, MISSING} else int(statuses != {IDENTICAL})


def text(verdicts: dict[str, Verdict]) -> str:
    """The report: how many files are what, the largest deviation, and every file that differs."""
    counts = Counter(verdict.status for verdict in verdicts.values())
    lines = [
        f"{len(verdicts)} files: "
        + ", ".join(f"{counts[kind]} {kind}" for kind in ORDER if counts[kind]),
        f"tolerance of a number x in a column of range r: {ABSOLUTE:g} + {RELATIVE:g} min(|x|, r)",
    ]
    name, largest = max(verdicts.items(), key=lambda item: item[1].deviation)
    if largest.deviation:
        deviation = significant(largest.deviation, nothing=0)
        lines.append(f"largest deviation: {deviation} in {name}, {largest.detail}")
    for kind in ORDER[:-1]:
        for name, verdict in verdicts.items():
            if verdict.status == kind:
                lines.append(f"{kind}: {name}" + (f" ({verdict.detail})" if verdict.detail else ""))
    return "\n".join(lines) + "\n"


def main(archive: str, reproduced: str, report: str, start: str) -> int:
    """Report on the terminal and in a file; return the verdict."""
    verdicts = outcome(Path(archive), Path(reproduced), start)
    write_text(report, text(verdicts))
    print(text(verdicts), end="")
    return status(verdicts)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
