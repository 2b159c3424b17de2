"""ASE's own programs on a learned force field, and on the level that it learned."""

from functools import partial

import numpy as np
import pytest
from ase import Atoms, units
from ase.md.velocitydistribution import Stationary, ZeroRotation, thermalize_momenta
from ase.md.verlet import VelocityVerlet
from ase.mep import NEB
from ase.optimize import BFGS
from ase.vibrations import Vibrations

from confsym.calculator import load
from confsym.energies.force_fields import mmff94
from confsym.force_field import file
from confsym.molecules import molecule
from confsym.sampling.surface import Surface
from force_fields import DESCRIPTION, TORSION, ethanol, turned

NUMBERS = [atom["number"] for atom in DESCRIPTION["atoms"]]
MMFF94 = partial(mmff94, molecule.from_description(DESCRIPTION), name="ethanol")
KCAL = units.kcal / units.mol


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("gp") / file.NAME
    file.write(path, ethanol())
    return path


def relaxed(calculator, frame: int) -> Atoms:
    """Ethanol from one of twelve torsion angles, relaxed."""
    atoms = Atoms(NUMBERS, turned(12, 0.0)[frame], calculator=calculator)
    assert BFGS(atoms, logfile=None).run(fmax=0.005, steps=300)
    return atoms


@pytest.fixture(scope="module")
def anti(path):
    """The lowest conformer, of the model and of the level."""
    return relaxed(load(path), 0), relaxed(Surface(MMFF94), 0)


def test_bfgs_finds_the_levels_conformers(path, anti):
    gauche = [relaxed(calculator, 4) for calculator in (load(path), Surface(MMFF94))]
    for model, level in (anti, gauche):
        difference = model.get_potential_energy() - level.get_potential_energy()
        assert abs(difference) < 0.1 * KCAL
        assert abs(model.get_all_distances() - level.get_all_distances()).max() < 0.01
        angles = [atoms.get_dihedral(*TORSION) for atoms in (model, level)]
        assert angles[0] == pytest.approx(angles[1], abs=3)
    assert gauche[1].get_dihedral(*TORSION) == pytest.approx(300, abs=15)


def frequencies(atoms: Atoms, folder) -> np.ndarray:
    """Of all 3 N modes, cm⁻¹; imaginary ones are negative."""
    vibrations = Vibrations(atoms, name=str(folder))
    vibrations.run()
    found = vibrations.get_frequencies()
    return found.real - found.imag


def test_vibrations_are_the_levels(anti, tmp_path):
    model, level = (
        frequencies(atoms, tmp_path / name)
        for name, atoms in zip(("model", "level"), anti, strict=True)
    )
    for one, other in zip(model, level, strict=True):  # pytest shows these where a line fails
        print(f"{one:8.1f} {other:8.1f} cm⁻¹")
    assert abs(model[:6]).max() < 40  # translations and rotations
    assert level[6:].min() > 200
    np.testing.assert_allclose(model[6:], level[6:], rtol=0.02, atol=25)


def barrier(calculator, start: Atoms, end: Atoms) -> float:
    """The highest image's energy above the start, kcal/mol, with a climbing image."""
    images = [start.copy(), *(start.copy() for _ in range(5)), end.copy()]
    for image in images:
        image.calc = calculator()
    band = NEB(images, climb=True, method="improvedtangent")
    band.interpolate("idpp")
    assert BFGS(band, logfile=None).run(fmax=0.03, steps=300)
    energies = [image.get_potential_energy() for image in images]
    return (max(energies) - energies[0]) / KCAL


def test_neb_finds_the_levels_barrier(path, anti):
    ends = anti[0], relaxed(load(path), 4)
    found = barrier(lambda: load(path), *ends)
    ends = anti[1], relaxed(Surface(MMFF94), 4)
    expected = barrier(lambda: Surface(MMFF94), *ends)
    assert 0.3 < expected < 3
    assert found == pytest.approx(expected, abs=0.1)


def test_dynamics_keep_their_energy(path):
    atoms = relaxed(load(path), 0)
    thermalize_momenta(atoms, temperature_K=300, rng=np.random.default_rng(1))
    Stationary(atoms)
    ZeroRotation(atoms)
    dynamics = VelocityVerlet(atoms, timestep=0.25 * units.fs)
    totals = []
    dynamics.attach(lambda: totals.append(atoms.get_total_energy()), interval=4)
    dynamics.run(2000)
    drift = np.polyfit(np.linspace(0, 1, len(totals)), totals, 1)[0]
    assert abs(drift) < 1e-3  # eV in half a picosecond
    assert np.std(totals) < 5e-3
