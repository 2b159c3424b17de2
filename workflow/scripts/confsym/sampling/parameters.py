"""JSON Schema of the parameters of each kind of sampling."""

DYNAMICS = {
    "level": {
        "type": "string",
        "default": "gfn2_xtb",
        "description": "level of theory that moves the atoms, built in or of section levels; need "
        "not be that of the energies (no unit)",
    },
    "temperature": {
        "type": "number",
        "minimum": 1,
        "maximum": 10000,
        "default": 300,
        "description": "of the heat bath (K)",
    },
    "friction": {
        "type": "number",
        "minimum": 0.1,
        "maximum": 1000,
        "default": 20,
        "description": "how fast the heat bath takes up and gives out energy (1/ps)",
    },
    "timestep": {
        "type": "number",
        "minimum": 0.01,
        "maximum": 10,
        "default": 0.5,
        "description": "between two evaluations of the forces (fs)",
    },
    "interval": {
        "type": "number",
        "minimum": 0.01,
        "maximum": 10000,
        "default": 10,
        "description": "between two recorded frames, a multiple of timestep (fs)",
    },
    "walkers": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "default": 4,
        "description": "independent trajectories, each a job (number)",
    },
    "equilibration": {
        "type": "number",
        "minimum": 0,
        "maximum": 100000,
        "default": 1,
        "description": "beginning of each walk that is dropped (ps)",
    },
    "duration": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1000000,
        "default": 10,
        "description": "length of each walk behind that (ps)",
    },
    "seed": {
        "type": "integer",
        "minimum": 0,
        "maximum": 2000000000,
        "default": 0,
        "description": "random seed of starts, velocities and heat bath (no unit)",
    },
}
