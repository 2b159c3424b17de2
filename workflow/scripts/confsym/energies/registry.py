"""The levels of theory that a study can ask energies of."""

from dataclasses import dataclass

from confsym.registry import Row, registry


@dataclass(frozen=True)
class Level(Row):
    """A level of theory.

    Parameters
    ----------
    minimizer
        `package.module:function` that minimises conformers at this level.
    """

    minimizer: str = ""

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        return super().modules | {self.minimizer.partition(":")[0]}


LEVELS: dict[str, Level] = registry(
    Level(
        name="mmff94",
        label="MMFF94",
        function="confsym.energies.force_fields:mmff94",
        minimizer="confsym.energies.force_fields:minimize_mmff94",
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
    ),
    Level(
        name="mmff94s",
        label="MMFF94s",
        function="confsym.energies.force_fields:mmff94s",
        minimizer="confsym.energies.force_fields:minimize_mmff94s",
        reference="10.1002/(SICI)1096-987X(199905)20:7<720::AID-JCC7>3.0.CO;2-X",
    ),
    Level(
        name="uff",
        label="UFF",
        function="confsym.energies.force_fields:uff",
        minimizer="confsym.energies.force_fields:minimize_uff",
        reference="10.1021/ja00051a040",
    ),
)
