"""The model kinds that a study can name."""

from dataclasses import dataclass

from confsym.registry import SYMMETRIES, Row, registry

POSITIVE_LIST = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "number", "minimum": 1e-15, "maximum": 1e15},
}


@dataclass(frozen=True)
class Model(Row):
    """A way to learn energies from features.

    Parameters
    ----------
    claimed
        Symmetries that the model respects whatever its features; it keeps those that they have.
    deviation
        Whether it predicts a standard deviation too.
    """

    claimed: frozenset[str] = frozenset()
    deviation: bool = False


MODELS: dict[str, Model] = registry(
    Model(
        name="hist_gradient_boosting",
        label="gradient boosting",
        function="confsym.models.boosting:hist_gradient_boosting",
        reference="10.1214/aos/1013203451",
        parameters={
            "learning_rate": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 1,
                "default": 0.1,
                "description": "shrinkage of each tree (no unit)",
            },
            "max_iter": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100000,
                "default": 100,
                "description": "number of trees (no unit)",
            },
            "max_leaf_nodes": {
                "type": "integer",
                "minimum": 2,
                "maximum": 100000,
                "default": 31,
                "description": "leaves of a tree, at most (no unit)",
            },
            "min_samples_leaf": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100000,
                "default": 20,
                "description": "conformers in a leaf, at least (no unit)",
            },
            "l2_regularization": {
                "type": "number",
                "minimum": 0,
                "default": 0,
                "description": "penalty on leaf values (no unit)",
            },
        },
    ),
    Model(
        name="ridge",
        label="ridge",
        function="confsym.models.linear:ridge",
        reference="10.1080/00401706.1970.10488634",
        parameters={
            "alpha": POSITIVE_LIST
            | {
                "default": [1e-8, 1e-6, 1e-4, 1e-2, 1, 100, 10000],
                "description": "penalties to choose from by leave-one-out error on the training "
                "conformers, columns standardised (no unit)",
            }
        },
    ),
    Model(
        name="least_squares",
        label="least squares",
        function="confsym.models.linear:least_squares",
        parameters={
            "rcond": {
                "type": "number",
                "minimum": 0,
                "maximum": 0.1,
                "default": 1e-12,
                "description": "singular values of the standardised columns below this multiple of "
                "the largest count as zero (no unit)",
            }
        },
    ),
    Model(
        name="kernel_ridge",
        label="kernel ridge",
        function="confsym.models.kernel:kernel_ridge",
        reference="10.1162/08997660151134343",
        parameters={
            "kernel": {
                "enum": ["matern", "rbf"],
                "default": "matern",
                "description": "Matérn of smoothness 5/2, or Gaussian (no unit)",
            },
            "alpha": POSITIVE_LIST
            | {
                "default": [1e-8, 1e-6, 1e-4, 1e-2, 1],
                "description": "penalties to choose from by leave-one-out error, kernel and "
                "energies scaled to variance one (no unit)",
            },
            "length_scale": POSITIVE_LIST
            | {
                "default": [0.5, 1, 2, 4, 8, 16],
                "description": "length scales to choose from, in multiples of the root-mean-square "
                "distance of training conformers in standardised columns (no unit)",
            },
            "tuning_size": {
                "type": "integer",
                "minimum": 10,
                "default": 1000,
                "description": "training conformers, at most, on which the choice is made (no "
                "unit)",
            },
        },
    ),
    Model(
        name="additive_gp",
        label="Gaussian process",
        function="confsym.models.gaussian_process:additive_gp",
        reference="10.7551/mitpress/3206.001.0001",
        deviation=True,
        parameters={
            "kernels": {
                "type": "array",
                "minItems": 1,
                "items": {"enum": ["linear", "rbf", "matern"]},
                "default": ["rbf"],
                "description": "a kernel for each feature set of the experiment, in order; their "
                "sum is the kernel of the process (no unit)",
            },
            "tuning_size": {
                "type": "integer",
                "minimum": 10,
                "default": 1000,
                "description": "training conformers, at most, whose marginal likelihood chooses "
                "variances, length scales and noise (no unit)",
            },
        },
    ),
    Model(
        name="mean",
        label="mean energy",
        function="confsym.models.baseline:mean",
        claimed=frozenset(SYMMETRIES),
    ),
)
