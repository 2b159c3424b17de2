"""JSON Schema of the parameters of each kind of level that a study defines."""

ASE = {
    "calculator": {
        "type": "string",
        "pattern": r"^([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*[.:]|(?!/)[^:\n]+\.py:)"
        r"[A-Za-z_][A-Za-z0-9_]*$",
        "examples": ["tblite.ase:TBLite"],
        "description": "module and class of a calculator of ASE's kind, such as "
        "tblite.ase:TBLite, or a file of your own beside the config and a class in it, such as "
        "my_calculator.py:MyCalculator; a function that returns a calculator will do (no unit)",
    },
    "options": {
        "type": "object",
        "default": {},
        "description": "what the calculator is made with, by the names and in the units of its own "
        "documentation (plain values)",
    },
    "parts": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000,
        "default": 4,
        "description": "jobs that share the conformers; changes no energy (number)",
    },
}
