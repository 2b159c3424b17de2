"""What a config may say as JSON Schema, and one sentence for what does not fit it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from confsym.energies.registry import LEVELS
from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.registry import Row
from confsym.transforms.registry import TRANSFORMS

NAME_RULE = (
    "names become folders: 1 to 64 letters, digits, _ and -, starting with a letter or digit"
)


def _is_integer(checker: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# JSON Schema takes 60.0 for an integer; Python does not.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def definitions() -> dict[str, Any]:
    """JSON Schema of names, levels and kinds: the `$defs` of the config's schema."""
    kinds = {"transform": TRANSFORMS, "feature": FEATURES, "model": MODELS}
    return {
        "name": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$(?!\n)"},
        "level": {
            "enum": list(LEVELS),
            "description": "level of theory (energies in kcal/mol)",
        },
    } | {name: _one_of(rows) for name, rows in kinds.items()}


def _one_of(rows: Mapping[str, Row]) -> dict[str, Any]:
    """An object whose `kind` says which other keys it may have."""
    cases = [
        {
            "if": {"properties": {"kind": {"const": row.name}}, "required": ["kind"]},
            "then": {
                "properties": {"kind": {"const": row.name}}
                | {name: dict(parameter) for name, parameter in row.parameters.items()},
                "additionalProperties": False,
            },
        }
        for row in rows.values()
    ]
    kind = {"enum": list(rows), "description": "row of the registry (no unit)"}
    return {"type": "object", "required": ["kind"], "properties": {"kind": kind}, "allOf": cases}


def sentence(error: ValidationError) -> str:
    """Say in one sentence which key is wrong, what its value is and what is allowed."""
    place = ".".join(map(str, error.absolute_path))
    value, allowed = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            key = next(key for key in value if key not in known)
            where = f"in {place}" if place else "at the top"
            return f"config: unknown key {key!r} {where};{nearest(key, known)}"
        case "required":
            missing = next(key for key in allowed if key not in value)
            return f"config: {place or 'the study'} has no {missing!r}; add it."
        case "enum":
            return f"config: {place} is {value!r};{nearest(value, allowed)}"
        case "propertyNames" | "pattern":
            return f"config: {value!r} is not a name that {place} can use; {NAME_RULE}."
        case "minItems" | "minProperties":
            return f"config: {place} has {len(value)} entries; it needs at least {allowed}."
        case "maxItems":
            return f"config: {place} has {len(value)} entries; it may have at most {allowed}."
        case "minLength":
            return f"config: {place} is empty; fill it in or leave the key out."
        case "type":
            kinds = [allowed] if isinstance(allowed, str) else allowed
            hint = _number_hint(value) if allowed in ("integer", "number") else ""
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
    return f"config: {place} is {value!r}, but {rule}{described and ': ' + described}."


def nearest(word: Any, known: Iterable[Any]) -> str:
    """The known word most like this one, if any is, and all that are known."""
    known = list(known)
    close = get_close_matches(str(word), list(known), n=1)
    guess = f" did you mean {close[0]!r}?" if close else ""
    return f"{guess} Allowed: {', '.join(map(str, known))}." if known else f"{guess} None is."


def _kind_of_value(kind: str) -> str:
    words = {"object": "a mapping of keys to values", "string": "text", "array": "a list"}
    return words.get(kind) or f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _number_hint(value: Any) -> str:
    try:
        float(value)
    except (TypeError, ValueError):
        return ""
    return " (in YAML 1e-4 is text: write 1.0e-4; --config gives text: use --configfile)"
