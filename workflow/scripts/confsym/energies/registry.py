"""The levels of theory that a study can ask energies of."""

from dataclasses import dataclass

from confsym.registry import Row, registry


@dataclass(frozen=True)
class Level(Row):
    """A level of theory; its function gives energies alone.

    Parameters
    ----------
    gradients
        `package.module:function` that gives energies and gradients together.
    minimizer
        `package.module:function` that minimises conformers at this level; empty if there is none.
    parts
        Jobs that share the conformers. Above one, `gradients` takes the numbers of the conformers
        to compute as a fourth argument.
    fixed_bonds
        Whether the bonds are the molecule's and not the positions': then atoms of one element are
        not interchangeable.
    """

    gradients: str = ""
    minimizer: str = ""
    parts: int = 1
    fixed_bonds: bool = True

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        functions = (self.gradients, self.minimizer)
        return super().modules | {name.partition(":")[0] for name in functions if name}


LEVELS: dict[str, Level] = registry(
    Level(
        name="mmff94",
        label="MMFF94",
        function="confsym.energies.force_fields:mmff94",
        gradients="confsym.energies.force_fields:mmff94_gradients",
        minimizer="confsym.energies.force_fields:minimize_mmff94",
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
    ),
    Level(
        name="mmff94s",
        label="MMFF94s",
        function="confsym.energies.force_fields:mmff94s",
        gradients="confsym.energies.force_fields:mmff94s_gradients",
        minimizer="confsym.energies.force_fields:minimize_mmff94s",
        reference="10.1002/(SICI)1096-987X(199905)20:7<720::AID-JCC7>3.0.CO;2-X",
    ),
    Level(
        name="uff",
        label="UFF",
        function="confsym.energies.force_fields:uff",
        gradients="confsym.energies.force_fields:uff_gradients",
        minimizer="confsym.energies.force_fields:minimize_uff",
        reference="10.1021/ja00051a040",
    ),
    Level(
        name="gfn2_xtb",
        label="GFN2-xTB",
        function="confsym.energies.tight_binding:gfn2_xtb",
        gradients="confsym.energies.tight_binding:gfn2_xtb_gradients",
        parts=8,
        fixed_bonds=False,
        reference="10.1021/acs.jctc.8b01176",
    ),
    Level(
        name="gfn1_xtb",
        label="GFN1-xTB",
        function="confsym.energies.tight_binding:gfn1_xtb",
        gradients="confsym.energies.tight_binding:gfn1_xtb_gradients",
        parts=8,
        fixed_bonds=False,
        reference="10.1021/acs.jctc.7b00118",
    ),
)
