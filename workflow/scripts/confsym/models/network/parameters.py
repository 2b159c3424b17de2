"""JSON Schema of the network's parameters."""

EQUIVARIANT_NETWORK = {
    "messages": {
        "enum": ["scalar", "vector"],
        "default": "vector",
        "description": "what atoms send each other: numbers that depend on distances, or arrows "
        "too, that turn with the molecule (no unit)",
    },
    "bonds": {
        "type": "boolean",
        "default": True,
        "description": "whether the network sees how many bonds apart atoms are, 1, 2, 3 or more "
        "(no unit)",
    },
    "channels": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1024,
        "default": 32,
        "description": "numbers that describe an atom (no unit)",
    },
    "layers": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10,
        "default": 2,
        "description": "rounds of messages (no unit)",
    },
    "cutoff": {
        "type": "number",
        "minimum": 1,
        "maximum": 100,
        "default": 6.0,
        "description": "distance from which atoms three or more bonds apart, or any where bonds "
        "are not used, do not see each other (Å)",
    },
    "gaussians": {
        "type": "integer",
        "minimum": 2,
        "maximum": 500,
        "default": 20,
        "description": "functions of the distance for each class of pairs, over the range that "
        "the training conformers have (no unit)",
    },
    "steps": {
        "type": "integer",
        "minimum": 20,
        "maximum": 10000000,
        "default": 4000,
        "description": "updates of the parameters, rounded up to a multiple of 20; fewer where "
        "they would go more than 300 times over the training conformers (no unit)",
    },
    "batch": {
        "type": "integer",
        "minimum": 1,
        "maximum": 100000,
        "default": 32,
        "description": "conformers in an update, at most (no unit)",
    },
    "learning_rate": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "default": 0.006,
        "description": "of AdamW, at its largest, a fifth into the training (no unit)",
    },
    "weight_decay": {
        "type": "number",
        "minimum": 0,
        "maximum": 100,
        "default": 0.3,
        "description": "of AdamW: each update shrinks the parameters by this times the learning "
        "rate (no unit)",
    },
    "seed": {
        "type": "integer",
        "minimum": 0,
        "maximum": 4294967295,
        "default": 0,
        "description": "random seed of the first parameters, of the tenth of the training "
        "conformers that chooses the best ones, and of the batches (no unit)",
    },
}
