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


def outcome(archive: Path, again: Path, start: str) -> dict[str, Verdict]:
    """A verdict on each file under results/ that the archive or the new run has."""
    found = {}
    for name in read_sums((archive / SUMS).read_text(encoding="utf-8")):
        if name.startswith("results/"):
            there = (again / name).is_file()
            found[name] = compare(archive / name, again / name) if there else Verdict(MISSING)
    for entry in read_manifest((archive / MANIFEST).read_text(encoding="utf-8"))["left_out"]:
        path = again / entry["file"]
        if not path.is_file():
            found[entry["file"]] = Verdict(MISSING if start == SCRATCH else NOT_AGAIN)
        elif sha256(path) == entry["sha256"]:
            found[entry["file"]] = Verdict(IDENTICAL)
        else:
            found[entry["file"]] = Verdict(UNJUDGED, place="left out, and has other bytes now")
    made = (path for path in (again / "results").rglob("*") if path.is_file())
    for name in {path.relative_to(again).as_posix() for path in made} - set(found):
        found[name] = Verdict(DIFFERENT, place="the archive has no such file")
    if found.get(ENVIRONMENT, Verdict(MISSING)).status == DIFFERENT:
        # It says which machine and packages a run had, and another one may have others.
        found[ENVIRONMENT] = Verdict(UNJUDGED, place=f"not a result: {found[ENVIRONMENT].place}")
    return dict(sorted(found.items()))


def status(verdicts: dict[str, Verdict]) -> int:
    """0 if all that was run again is identical, 2 if anything is different or missing, else 1."""
    found = {verdict.status for verdict in verdicts.values()} - {NOT_AGAIN}
    return 2 if found & {DIFFERENT, MISSING} else int(found != {IDENTICAL})


def text(verdicts: dict[str, Verdict]) -> str:
    """The report: how many files are what, the largest deviation, and every file that differs."""
    counts = Counter(verdict.status for verdict in verdicts.values())
    lines = [
        f"{len(verdicts)} files: "
        + ", ".join(f"{counts[one]} {one}" for one in ORDER if counts[one]),
        f"tolerance of a number x in a column of range r: {ABSOLUTE:g} + {RELATIVE:g} min(|x|, r)",
    ]
    name, largest = max(verdicts.items(), key=lambda item: item[1].deviation)
    if largest.deviation:
        deviation = significant(largest.deviation, nothing=0)
        lines.append(f"largest deviation: {deviation} in {name}, {largest.place}")
    for one in ORDER[:-1]:
        for name, verdict in verdicts.items():
            if verdict.status == one:
                lines.append(f"{one}: {name}" + (f" ({verdict.place})" if verdict.place else ""))
    return "\n".join(lines) + "\n"


def main(archive: str, again: str, report: str, start: str) -> int:
    """Report on the terminal and in a file; return the verdict."""
    verdicts = outcome(Path(archive), Path(again), start)
    write_text(report, text(verdicts))
    print(text(verdicts), end="")
    return status(verdicts)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
