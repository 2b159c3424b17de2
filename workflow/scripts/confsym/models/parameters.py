"""JSON Schema of the parameters of each model kind."""

POSITIVE_LIST = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "number", "minimum": 1e-15, "maximum": 1e15},
}

ESTIMATOR = {
    "class": {
        "type": "string",
        "pattern": r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*[.:][A-Za-z_][A-Za-z0-9_]*$",
        "examples": ["sklearn.ensemble.RandomForestRegressor"],
        "description": "module and class of a regressor with scikit-learn's interface, of an "
        "installed package, such as sklearn.ensemble.RandomForestRegressor (no unit)",
    },
    "parameters": {
        "type": "object",
        "default": {},
        "description": "what the class is made with, by the names and in the units of its own "
        "documentation (plain values)",
    },
    "scale": {
        "type": "boolean",
        "default": False,
        "description": "standardise the columns of the features first (yes or no)",
    },
}

HIST_GRADIENT_BOOSTING = {
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
}

RIDGE = {
    "alpha": POSITIVE_LIST
    | {
        "default": [1e-8, 1e-6, 1e-4, 1e-2, 1, 100, 10000],
        "description": "penalties to choose from by leave-one-out error on the training "
        "conformers, columns standardised (no unit)",
    }
}

LEAST_SQUARES = {
    "rcond": {
        "type": "number",
        "minimum": 0,
        "maximum": 0.1,
        "default": 1e-12,
        "description": "singular values of the standardised columns below this multiple of "
        "the largest count as zero (no unit)",
    }
}

INDUCING_POINTS = {
    "type": "integer",
    "minimum": 10,
    "maximum": 20000,
    "default": 5000,
    "description": "rows of training conformers and of their copies, at most, that the kernel is "
    "centred on, as unlike each other as can be; all rows are learned from (no unit)",
}

KERNEL_RIDGE = {
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
        "description": "rows of training conformers and of their copies, at most, on which the "
        "choice is made (no unit)",
    },
    "inducing_points": INDUCING_POINTS,
}

SYMMETRISED_KERNEL_RIDGE = {
    "width": {
        "type": "number",
        "minimum": 0.02,
        "maximum": 5,
        "default": 0.4,
        "description": "two distances that differ by twice this are alike by 1/e (Å)",
    },
    "cutoff": {
        "type": "number",
        "minimum": 1,
        "maximum": 50,
        "default": 5.0,
        "description": "distance at which a pair's weight has faded to nothing (Å)",
    },
    "separated": {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 3,
        "description": "pairs more than this far apart share a class (bonds)",
    },
    "alpha": POSITIVE_LIST
    | {
        "default": [1e-8, 1e-6, 1e-4, 1e-2, 1],
        "description": "penalties to choose from by leave-one-out error, kernel and "
        "energies scaled to variance one (no unit)",
    },
    "tuning_size": {
        "type": "integer",
        "minimum": 10,
        "default": 1000,
        "description": "rows of training conformers and of their copies, at most, on which the "
        "choice is made (no unit)",
    },
}

ADDITIVE_GP = {
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
        "description": "rows of training conformers and of their copies, at most, whose marginal "
        "likelihood chooses variances, length scales and noise (no unit)",
    },
    "inducing_points": INDUCING_POINTS,
}

GRADIENT_GP = {
    "steps": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000,
        "default": 150,
        "description": "steps of Adam that learn the metric (number)",
    },
    "tuning_size": {
        "type": "integer",
        "minimum": 3,
        "maximum": 1000,
        "default": 60,
        "description": "training geometries that such a step fits to, at most; it tests on half "
        "as many (number)",
    },
    "seed": {
        "type": "integer",
        "minimum": 0,
        "maximum": 4294967295,
        "default": 0,
        "description": "random seed of the choice of these geometries (no unit)",
    },
}

CARTESIAN_GP = {
    "conformers": {
        "type": "integer",
        "minimum": 3,
        "maximum": 10000,
        "default": 60,
        "description": "training geometries to learn from, at most, evenly among those that there "
        "are; the kernel matrix has a row for each energy and each coordinate of theirs (number)",
    },
    "seed": {
        "type": "integer",
        "minimum": 0,
        "maximum": 4294967295,
        "default": 0,
        "description": "random seed of the choice of the length scale (no unit)",
    },
}

LINEAR_FORCE_FIELD = {
    "force_weight": {
        "type": ["number", "null"],
        "exclusiveMinimum": 0,
        "maximum": 1e6,
        "default": None,
        "description": "what a squared error of a force component (kcal/mol/Å) counts, where an "
        "energy's (kcal/mol) counts one; null to choose it by cross-validation on the training "
        "conformers (Å²)",
    },
    "saturate": {
        "type": "boolean",
        "default": False,
        "description": "let stretches, bends and short distances level off outside of their usual "
        "range, so that dynamics does not run away (yes or no)",
    },
}
