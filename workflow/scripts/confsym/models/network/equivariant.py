"""A message-passing network on point clouds: energies and forces of one molecule."""

import hashlib
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from confsym.errors import StudyError
from confsym.features.point_cloud import Clouds
from confsym.models.leave_one_out import conformers
from confsym.models.network.checkpoint import Checkpoint
from confsym.models.network.design import design, initial, inputs
from confsym.models.network.layers import energies, forces
from confsym.models.network.one_thread import use_one_thread
from confsym.models.network.pairs import check_same_molecule, pairs_of, ranges
from confsym.models.network.training import batches, in_slices, schedule, train
from confsym.provenance import imports

use_one_thread()

LEAST = 10  # training conformers
VALIDATION = 10  # one in so many training conformers chooses when to stop
# Bytes of a step for each pair of atoms, channel, layer and conformer of a batch, measured on
# alkanes of 38 and 92 atoms: 22 and 44, and half as much again.
ENERGIES, BOTH = 33, 66


def equivariant_network(**parameters) -> "EquivariantNetwork":
    """Build a network; see `EquivariantNetwork`."""
    return EquivariantNetwork(**parameters)


class EquivariantNetwork(RegressorMixin, BaseEstimator):
    """Messages between atoms, distance-only (SchNet) or directional (PaiNN), to an energy.

    Schütt et al., J. Chem. Phys. 148, 241722 (2018), doi:10.1063/1.5019779; Schütt, Unke and
    Gastegger, arXiv:2102.03150. It learns the difference of an energy from the mean training
    energy. For one molecule, a baseline of energies per element comes to the same. A tenth of the
    training conformers is not learned from, and chooses the parameters along the schedule. It
    trains in float32 and predicts in float64, both with one thread.

    Parameters
    ----------
    messages
        "scalar" or "vector".
    bonds
        Whether it may see how many bonds apart atoms are.
    channels, layers
        Width, and rounds of messages.
    cutoff
        Å; atoms one or two bonds apart always see each other.
    gaussians
        Size of the basis of each class of pairs.
    steps, batch
        Updates, at most, and conformers in each.
    learning_rate, weight_decay
        Of AdamW, on one cycle.
    seed
        Of the first parameters, the validation part and the batches.

    Attributes
    ----------
    parameters_
        Nested NumPy arrays, float32.
    pairs_, ranges_, design_
        Molecule, basis and shape of the network.
    mean_, spread_ : float
        Of the training energies, in their unit.
    validation_mae_ : float
        Of the parameters that were kept, in the unit of the energies.
    """

    def __init__(
        self,
        messages="vector",
        bonds=True,
        channels=32,
        layers=2,
        cutoff=6.0,
        gaussians=20,
        steps=4000,
        batch=32,
        learning_rate=6e-3,
        weight_decay=0.3,
        seed=0,
    ):
        self.messages = messages
        self.bonds = bonds
        self.channels = channels
        self.layers = layers
        self.cutoff = cutoff
        self.gaussians = gaussians
        self.steps = steps
        self.batch = batch
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.seed = seed

    def fit(self, X, y, groups=None, checkpoint: str | Path | None = None, forces=None):
        """Learn from rows of `point_cloud` (n, columns), energies (n,), and forces (n, atoms, 3).

        Forces may be left out. `groups` (n,) says which conformer each row is of: all rows of a
        conformer are learned from, or none; so are rows that repeat each other. Goes on from
        `checkpoint` where a killed fit of the same left one, to the same parameters.

        Raises
        ------
        StudyError
            If there are fewer than 10 conformers, they are not all of one molecule, or a step of
            training does not fit in memory.
        """
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
        groups = conformers(X, y, groups)
        distinct_conformers, member = np.unique(
            np.arange(len(X)) if groups is None else groups, return_inverse=True
        )
        if len(distinct_conformers) < LEAST:
            raise StudyError(
                f"the network has {len(distinct_conformers)} training conformers and needs at "
                f"least {LEAST}; raise split.train or take sizes out of learning_curves.sizes."
            )
        # What fitting alone needs (psutil) a calculator does without.
        from confsym.provenance.memory import require

        clouds = Clouds.from_rows(X)
        self.pairs_ = pairs_of(clouds, self.bonds)
        self.n_features_in_ = X.shape[1]
        rng = np.random.default_rng(self.seed)
        validation_conformers = rng.permutation(len(distinct_conformers))[
            : len(distinct_conformers) // VALIDATION
        ]
        validation = np.isin(member, validation_conformers)
        is_train = ~validation
        self.mean_, self.spread_ = float(y[is_train].mean()), float(y[is_train].std()) or 1.0
        self.ranges_ = ranges(self.pairs_, clouds.positions[is_train], self.cutoff)
        self.design_ = design(self.pairs_, self.messages == "vector", self.layers, self.cutoff)
        elements = len(np.unique(self.pairs_.elements))
        target = (y - self.mean_) / self.spread_
        train_count = int(is_train.sum())
        data = [_centred(clouds.positions), target]
        data += [] if forces is None else [np.asarray(forces) / self.spread_]
        plan = schedule(
            train_count,
            self.steps,
            self.batch,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
        )
        forward = self.channels * (1 + self.layers) * int(self.pairs_.sizes.sum())
        require(
            lambda some: (ENERGIES if forces is None else BOTH) * forward * some,
            plan.batch,
            "equivariant_network",
            "conformers in a batch",
            "set batch to at most {fits}",
        )
        self.parameters_, self.validation_mae_ = train(
            self.design_,
            plan,
            batches(train_count, plan, self.seed),
            initial(self.design_, elements, self.channels, self.gaussians, rng),
            inputs(self.pairs_, self.ranges_.astype(np.float32)),
            tuple(array.astype(np.float32) for array in data),
            validation,
            self.spread_,
            Checkpoint(checkpoint, self._digest(X, y, member)),
        )
        return self

    def predict(self, X):
        """Energies (n,) of rows of `point_cloud`, in the unit of the training energies."""
        return self.mean_ + self.spread_ * self._evaluated(energies, X)

    def forces(self, X):
        """Forces (n, atoms, 3) of rows of `point_cloud`: minus the slopes of the energy, per Å."""
        return self.spread_ * self._evaluated(forces, X)

    def _evaluated(self, function, X):
        check_is_fitted(self)
        clouds = Clouds.from_rows(np.asarray(X, dtype=float))
        pairs = pairs_of(clouds, self.bonds)
        check_same_molecule(pairs, self.pairs_)
        with jax.enable_x64(True):
            parameters = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), self.parameters_)
            of_positions = partial(function, self.design_, parameters, inputs(pairs, self.ranges_))
            return in_slices(of_positions, _centred(clouds.positions))

    def _digest(self, X, y, member) -> str:
        """The digest of data, settings, code and packages, which a checkpoint must agree with.

        The data are the features themselves, so that any change of them counts, whatever its cause.
        The code is all that this module imports, including that of features.
        """
        digest = hashlib.sha256(X.tobytes() + y.tobytes() + member.tobytes())
        code = imports.closure(Path(__file__).parents[3] / "fit_model.py", [__name__])
        packages = imports.software(code)
        digest.update(repr((X.shape, sorted(self.get_params().items()), packages)).encode())
        for module in code:
            digest.update(module.read_bytes())
        return digest.hexdigest()


def _centred(positions):
    """Away from the origin float32 has fewer digits left for distances."""
    return positions - positions.mean(axis=1, keepdims=True)
