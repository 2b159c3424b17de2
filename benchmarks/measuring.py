"""What programs that measure have in common: arguments, the default study, conformers, clocks."""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each job would compile what it imports

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.conformers import embedding, ensemble
from confsym.molecules import molecule
from confsym.study.schema import fill_in
from recording import RECORDS, lines_of

BLOCK = 1000  # attempts in a file of the cache

threadpool_limits(1)  # what was loaded before the environment said so, too


def arguments(program: str) -> argparse.Namespace:
    """Parse what every program is told; `program` is its docstring."""
    return parser_of(program).parse_args()


def parser_of(program: str) -> argparse.ArgumentParser:
    """The parser of what every program is told, for one that is told more."""
    parser = argparse.ArgumentParser(description=program.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small enough for a test")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder of the JSON files")
    parser.add_argument("--cache", type=Path, help="folder of conformers that programs share")
    return parser


@contextmanager
def kept(folder: Path | None) -> Iterator[Path]:
    """The folder itself, or a temporary one where none is named."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
    else:
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)


# The default study.


def default_study() -> dict[str, Any]:
    """The config of the default study, with the schema's defaults."""
    study = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    fill_in(study, ROOT / "workflow/schemas/config.schema.yaml")
    return study


def default_molecule() -> tuple[str, str]:
    """Name and SMILES of the molecule of the default study."""
    name, entry = next(iter(default_study()["molecules"].items()))
    return name, entry["smiles"]


def attempts(count: int, cache: Path) -> np.ndarray:
    """Positions (n, atoms, 3), Å, of the first attempts at the default molecule, unpruned.

    They are embedded on all cores, and read from the cache where it has them.
    """
    blocks = [(first, min(BLOCK, count - first)) for first in range(0, count, BLOCK)]
    missing = [(*block, cache) for block in blocks if not block_path(*block, cache).exists()]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_embed, missing))
    return np.concatenate([np.load(block_path(*block, cache)) for block in blocks])


def keep_attempts(shards: Iterable[Path], cache: Path) -> None:
    """Put what a study of the default molecule embedded into the cache: whole blocks of it."""
    read = [ensemble.read(path) for path in shards]
    positions = np.concatenate([one.positions for one in read])
    attempt = np.concatenate([one.attempt for one in read])
    for first in range(0, attempt.max() + 2 - BLOCK, BLOCK):
        here = (attempt >= first) & (attempt < first + BLOCK)
        _write(block_path(first, BLOCK, cache), positions[here])


def block_path(first: int, size: int, cache: Path) -> Path:
    """Where the cache has some attempts."""
    return cache / f"attempts_{first}_{size}.npy"


def _embed(block: tuple[int, int, Path]) -> None:
    first, size, cache = block
    target = molecule.build(*default_molecule())
    positions, _ = embedding.embed(target, first, size, default_study()["embedding"])
    _write(block_path(first, size, cache), positions)


def _write(path: Path, positions: np.ndarray) -> None:
    part = path.with_suffix(".part.npy")
    np.save(part, positions)
    part.rename(path)


# Clocks.


def clocked(function: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a call returns, and its wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    result = function()
    return result, time.perf_counter() - wall, time.process_time() - processor


def alone(function: Callable[..., Any], *given: Any) -> tuple[Any, float | None]:
    """What a call returns in a process of its own, and the peak memory of that process, MB."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_with_peak, function, *given).result()


def _with_peak(function: Callable[..., Any], *given: Any) -> tuple[Any, float | None]:
    result = function(*given)
    # Not `ru_maxrss`, which a process has from the one that started it. Linux alone has this.
    peaks = [int(line.split()[1]) for line in lines_of("/proc/self/status") if "VmHWM" in line]
    return result, peaks[0] / 1024 if peaks else None


def processor_seconds(function: Callable[[], Any], repeats: int) -> list[float]:
    """Processor seconds of each of some calls."""
    return [clocked(function)[2] for _ in range(repeats)]


class Taken(NamedTuple):
    """What a command with all that it starts takes: seconds, and MB of its largest process."""

    wall: float
    processor: float
    memory: float
    said: str


def taken_by(words: list[str], folder: Path) -> Taken:
    """Run a command in a folder, to its end, or stop with what it said."""
    start = time.perf_counter()
    log = folder / "output.log"
    with log.open("wb") as said:
        process = subprocess.Popen(words, cwd=folder, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(encoding="utf-8")
    if status != 0:
        lines = [line for line in text.splitlines() if not line.startswith("import time:")]
        sys.exit("\n".join([f"{' '.join(words)} failed:", *lines[-30:]]))
    return Taken(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


def snakemake(project: Path, study: dict[str, Any], folder: Path, *more: str) -> list[str]:
    """The command that runs a study in a folder of its own, after its config is written there."""
    config = folder / "study.yaml"
    config.write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    words = [sys.executable, "-m", "snakemake", "--snakefile", str(project / "Snakefile")]
    words += ["--workflow-profile", str(project / "profiles/default")]
    words += ["--cores", "all", "--directory", str(folder)]
    return [*words, *more, "--configfile", str(config)]


def table_of(timing: Path) -> dict[str, str]:
    """What Snakemake measured of a job, by column."""
    header, row = (line.split("\t") for line in timing.read_text("utf-8").splitlines()[:2])
    return dict(zip(header, row, strict=True))
