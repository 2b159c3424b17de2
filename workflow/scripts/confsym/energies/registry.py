"""The levels of theory that a study can ask energies of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from confsym.energies import parameters
from confsym.registry import Row, registry


@dataclass(frozen=True)
class Level(Row):
    """A level of theory; its function gives energies and gradients of conformers.

    It has none where the energies come from the user's file.

    Parameters
    ----------
    remarks
        `package.module:function` that lists sentences about a molecule at this level, such as
        parameters that are another atom's.
    minimizer
        `package.module:function` that minimises conformers at this level; empty if there is none.
    parts
        Jobs that share the conformers: more than one where they take minutes.
    fixed_bonds
        Whether the bonds are the molecule's and not the positions': then atoms of one element are
        not interchangeable.
    kekule_form
        Whether energies can depend on which bonds of an aromatic ring are taken for double ones.
    """

    remarks: str = ""
    minimizer: str = ""
    parts: int = 1
    fixed_bonds: bool = True
    kekule_form: bool = False

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        further_modules = {name.partition(":")[0] for name in (self.remarks, self.minimizer)}
        return (super().modules | further_modules) - {""}


def level_row(name: str, own_levels: Mapping[str, Mapping[str, Any]]) -> Level:
    """The row of a level, of the registry or of the config's section levels (`own_levels`)."""
    if name in LEVELS:
        return LEVELS[name]
    settings = own_levels[name]
    row = KINDS[settings["kind"]].of(settings)
    return replace(row, name=name, label=name, parts=settings["parts"])


# The kinds of level that a study can define itself.
KINDS: dict[str, Level] = registry(
    Level(
        name="ase",
        label="ASE calculator",
        function="confsym.energies.ase_calculator:energies_and_gradients",
        remarks="confsym.energies.ase_calculator:remarks",
        fixed_bonds=False,
        parameters=parameters.ASE,
        names_code="calculator",
    ),
)

LEVELS: dict[str, Level] = registry(
    Level(
        name="mmff94",
        label="MMFF94",
        function="confsym.energies.force_fields:mmff94",
        remarks="confsym.energies.force_fields:mmff94_remarks",
        minimizer="confsym.energies.force_fields:minimize_mmff94",
        kekule_form=True,
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
    ),
    Level(
        name="mmff94s",
        label="MMFF94s",
        function="confsym.energies.force_fields:mmff94s",
        remarks="confsym.energies.force_fields:mmff94s_remarks",
        minimizer="confsym.energies.force_fields:minimize_mmff94s",
        kekule_form=True,
        reference="10.1002/(SICI)1096-987X(199905)20:7<720::AID-JCC7>3.0.CO;2-X",
    ),
    Level(
        name="uff",
        label="UFF",
        function="confsym.energies.force_fields:uff",
        remarks="confsym.energies.force_fields:uff_remarks",
        minimizer="confsym.energies.force_fields:minimize_uff",
        reference="10.1021/ja00051a040",
    ),
    Level(
        name="gfn2_xtb",
        label="GFN2-xTB",
        function="confsym.energies.tight_binding:gfn2_xtb",
        remarks="confsym.energies.tight_binding:gfn2_xtb_remarks",
        parts=8,
        fixed_bonds=False,
        reference="10.1021/acs.jctc.8b01176",
    ),
    Level(
        name="gfn1_xtb",
        label="GFN1-xTB",
        function="confsym.energies.tight_binding:gfn1_xtb",
        remarks="confsym.energies.tight_binding:gfn1_xtb_remarks",
        parts=8,
        fixed_bonds=False,
        reference="10.1021/acs.jctc.7b00118",
    ),
    Level(
        name="given",
        label="energies as given",
        function="",
        fixed_bonds=False,
    ),
)
