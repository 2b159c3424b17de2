"""Time each kind of feature against the number of conformers.

    .venv/bin/python benchmarks/features.py

Each kind with its defaults, on the first attempts of the default study. The exponent is that of the
number of conformers: 1 where each takes the same. About a minute and a half.
"""

from measuring import arguments, attempts, default_molecule, kept, processor_seconds
from recording import exponent, load, record, spread

from confsym.features.registry import FEATURES
from confsym.features.tables import compute
from confsym.molecules import molecule
from confsym.molecules.topology import Topology

SIZES = [200, 600, 2000]
REPEATS = 3


def main() -> None:
    """Measure each kind."""
    given, before = arguments(__doc__), load()
    sizes = [10, 20] if given.quick else SIZES
    topology = Topology.from_description(molecule.describe(*default_molecule()))
    with kept(given.cache) as cache:
        positions = attempts(sizes[-1], cache)
    rows = []
    for kind, feature in FEATURES.items():
        settings = {name: entry["default"] for name, entry in feature.parameters.items()}
        job = (kind, feature.function, settings)
        columns = len(compute(*job, positions[: sizes[0]], topology)[0])
        seconds = {
            size: processor_seconds(lambda: compute(*job, positions[:size], topology), REPEATS)  # noqa: B023
            for size in sizes
        }
        medians = [spread(seconds[size])["median"] for size in sizes]
        each = {
            f"{size:,} conformers (ms each)": spread(1e3 * one / size for one in seconds[size])
            for size in sizes
        }
        row = {"feature": kind, "columns": columns}
        rows.append(row | each | {"exponent": exponent(sizes, medians)})
        print(rows[-1], flush=True)
    record("features", given, before, {"times": rows})


if __name__ == "__main__":
    main()
