"""What a config may say as JSON Schema, and one sentence for what does not fit it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from confsym.datasets import unit_names
from confsym.energies.registry import KINDS, LEVELS
from confsym.errors import quoted
from confsym.features.parameters import OWN
from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.registry import Row
from confsym.sampling.registry import SAMPLINGS, differing
from confsym.transforms.registry import TRANSFORMS

NAME_RULE = (
    "names become folders and words of the report: 1 to 64 letters, digits, _ and -, starting with "
    "a letter or digit, with no _ at the end or before a -"
)


def _is_integer(checker: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# JSON Schema takes 60.0 for an integer; Python does not.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def _defaults_first(
    validator: Any, properties: Mapping, instance: Any, schema: Mapping
) -> Iterator[ValidationError]:
    """The rule `properties`, which fills in an object's defaults before it looks at its entries."""
    for name, entry in properties.items():
        if "default" in entry:
            instance.setdefault(name, entry["default"])
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


FillingValidator = validators.extend(Validator, {"properties": _defaults_first})


def read_schema(path: Path) -> dict[str, Any]:
    """A schema in a YAML file, by libyaml: Python's own loader takes ten times as long."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def fill_in(config: dict[str, Any], schema: Path) -> None:
    """Put the schema's defaults into a valid config, as Snakemake's `validate` does.

    Parameters
    ----------
    config
        The study, changed in place.
    schema
        Path of the JSON Schema. Snakemake would read it with a loader that takes ten times as long.
    """
    FillingValidator(read_schema(schema)).validate(config)


# A kind of feature that is a function in a user's file.
OWN_KIND = {
    "if": {"pattern": r"\.py(:|$)"},
    "then": {
        "pattern": r"^(?!/)[^:\n]+\.py:[A-Za-z_][A-Za-z0-9_]*$",
        "description": "file.py:function, a file beside the config or in the working directory and "
        "a function in it (no unit)",
    },
}


def _geometries() -> dict[str, Any]:
    """What the config says of a file of geometries."""

    def text(description: str, **more: Any) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "description": f"{description} (no unit)"} | more

    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "file": text("the file, from the folder of the config file"),
            "energy": text("key of the energy in the file"),
            "forces": text("key of the forces in the file"),
            "gradients": text("key of the gradients in the file, where it has no forces"),
            "energy_unit": text("unit of the file's energies", enum=list(unit_names.ENERGIES)),
            "length_unit": text(
                "unit of the file's positions; angstrom if left out", enum=list(unit_names.LENGTHS)
            ),
            "force_unit": text(
                "unit of the forces or gradients; energy_unit over length_unit if left out",
                enum=list(unit_names.FORCES),
            ),
            "isolated_atoms": text(
                "what frames of one atom are for: nothing, or the reference of the energy",
                enum=["set_aside", "reference"],
            ),
            "source": text("where the file can be had, for the sentence that it is missing"),
            "sha256": text(
                "SHA-256 that the file must have, 64 of 0-9 and a-f", pattern="^[0-9a-f]{64}$"
            ),
        },
    }


def definitions() -> dict[str, Any]:
    """JSON Schema of names, levels and kinds: the `$defs` of the config's schema."""
    return {
        # A word that ends in _ is a link in the report's captions, and - may end a word there.
        "name": {
            "type": "string",
            "pattern": r"^(?!.*_(-|$))[A-Za-z0-9][A-Za-z0-9_-]{0,63}$(?!\n)",
        },
        "level": {
            "type": "string",
            "examples": list(LEVELS),
            "description": "level of theory, built in or of section levels (energy in kcal/mol)",
        },
        "own_level": _one_of(KINDS),
        "geometries": _geometries(),
        "sampling": _one_of(SAMPLINGS),
        "sampling_otherwise": differing(),
        "transform": _one_of(TRANSFORMS),
        "feature": _features(),
        "model": _one_of(MODELS),
    }


def _one_of(rows: Mapping[str, Row]) -> dict[str, Any]:
    """An object whose `kind` says which other keys it may have."""
    cases = [
        {
            "if": {"properties": {"kind": {"const": row.name}}, "required": ["kind"]},
            "then": _entry(row),
        }
        for row in rows.values()
    ]
    kind = {"enum": list(rows), "description": "row of the registry (no unit)"}
    return {"type": "object", "required": ["kind"], "properties": {"kind": kind}, "allOf": cases}


def _features() -> dict[str, Any]:
    """A feature of the registry, or a function in a user's file."""
    registry_rows = _one_of(FEATURES)
    kind = registry_rows["properties"]["kind"]
    own_kind_or_row = {"type": "string"} | OWN_KIND | {"else": {"enum": kind["enum"]}}
    own_kind_or_row |= {"description": "row of the registry, or file.py:function (no unit)"}
    own_function = {
        "if": {"properties": {"kind": {"type": "string"} | OWN_KIND["if"]}, "required": ["kind"]},
        "then": {"properties": {"kind": {}} | OWN, "additionalProperties": False},
    }
    return registry_rows | {
        "properties": {"kind": own_kind_or_row},
        "allOf": [*registry_rows["allOf"], own_function],
    }


def _entry(row: Row) -> dict[str, Any]:
    """What an entry of this kind may say, and what it has to."""
    properties = {"kind": {"const": row.name}} | {
        name: dict(parameter) for name, parameter in row.parameters.items()
    }
    without_default = [
        name for name, parameter in row.parameters.items() if "default" not in parameter
    ]
    required = {"required": without_default} if without_default else {}
    return {"properties": properties, **required, "additionalProperties": False}


def sentence(error: ValidationError) -> str:
    """Say in one sentence which key is wrong, what its value is and what is allowed."""
    path = ".".join(map(str, error.absolute_path))
    value, allowed = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known_keys = list(error.schema["properties"])
            key = next(key for key in value if key not in known_keys)
            location = f"in {path}" if path else "at the top"
            sections = _sections_with(key, error.schema)
            if sections:
                return (
                    f"config: unknown key {key!r} {location}; did you mean {' or '.join(sections)}?"
                )
            return f"config: unknown key {key!r} {location};{nearest(key, known_keys)}"
        case "required":
            missing = next(key for key in allowed if key not in value)
            return f"config: {path or 'the study'} has no {missing!r}; add it."
        case "enum" if isinstance(value, str) and value in map(str, allowed):
            return f"config: {path} is {value!r}, which is text; write {value} without quotes."
        case "enum":
            return f"config: {path} is {quoted(value)};{nearest(value, allowed)}"
        case "pattern" if "description" in error.schema:
            rule = "must be spelled otherwise"
        case "propertyNames" | "pattern":
            return f"config: {quoted(value)} is not a name that {path} can use; {NAME_RULE}."
        case "minItems" | "minProperties":
            return f"config: {path} has {len(value)} entries; it needs at least {allowed}."
        case "maxItems":
            return f"config: {path} has {len(value)} entries; it may have at most {allowed}."
        case "minLength":
            return f"config: {path} is empty; fill it in or leave the key out."
        case "type":
            kinds = [allowed] if isinstance(allowed, str) else allowed
            hint = _number_hint(value, allowed) if allowed in ("integer", "number") else ""
            rule = f"must be {' or '.join(map(_kind_of_value, kinds))}{hint}"
        case "uniqueItems":
            rule = "must not name anything twice"
        case "minimum":
            rule = f"must be at least {allowed}"
        case "maximum":
            rule = f"must be at most {allowed}"
        case "exclusiveMinimum":
            rule = f"must be above {allowed}"
        case _:
            rule = f"does not fit: {error.message}"
    described = error.schema.get("description", "")
    return f"config: {path} is {quoted(value)}, but {rule}{described and ': ' + described}."


def nearest(value: Any, allowed: Iterable[Any]) -> str:
    """The end of a sentence: the known word most like this one, and all known words."""
    words = list(map(str, allowed))
    if not words:
        return " there is nothing to choose from."
    by_lower_case = {option.lower(): option for option in words}
    close = get_close_matches(str(value).lower(), by_lower_case, n=1)
    guess = f" did you mean {by_lower_case[close[0]]!r}?" if close else ""
    return f"{guess} Allowed: {', '.join(words)}."


def _kind_of_value(kind: str) -> str:
    words = {"object": "a mapping of keys to values", "string": "text", "array": "a list"}
    return words.get(kind) or f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _sections_with(key: str, schema: Mapping[str, Any]) -> list[str]:
    """Where in an object's own sections a key that it does not know is known, as section.key."""
    parts = schema["properties"].items()
    return [f"{name}.{key}" for name, part in parts if key in part.get("properties", {})]


def _number_hint(value: Any, kind: str) -> str:
    """What is meant by a value that is no number, or no whole one, if that can be told."""
    if isinstance(value, float) and kind == "integer" and value.is_integer():
        return f" (write {value:.0f})"
    if not isinstance(value, str):
        return ""
    if re.fullmatch(r"0o?\d+", value):
        return " (zeros in front make text of it: write decimal digits alone)"
    if re.fullmatch(r"\d{1,3}(,\d+)+(\.\d*)?", value):
        return " (write a decimal point, and no comma between thousands)"
    try:
        float(value)
    except ValueError:
        return ""
    return (
        " (it is text: in YAML 1e-4 is, so write 1.0e-4; any number inside braces of --config is, "
        "so write the section to a file and name it last: --configfile config/config.yaml "
        "that.yaml)"
    )
