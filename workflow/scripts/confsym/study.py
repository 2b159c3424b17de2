"""A study's config: what it may say, and one sentence about what is wrong with it."""

import math
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match

from confsym.energies.registry import LEVELS
from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.registry import ORIGINAL, Row
from confsym.split import LEAST_HELD_OUT
from confsym.transforms.registry import TRANSFORMS

USERS_SECTIONS = ("molecules", "transforms", "features", "models", "experiments")
RESERVED = {"molecules": ("concepts", "archive"), "transforms": (ORIGINAL,)}
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
            "if": {"properties": {"kind": {"const": row.name}}},
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


def problem(config: Any, schema: Path) -> str | None:
    """Say the most telling thing that a schema finds wrong with a config; None if nothing is.

    Parameters
    ----------
    config
        As read from YAML, defaults not filled in.
    schema
        Path of the JSON Schema.
    """
    for found in not_numbers(config):
        return found
    content = yaml.safe_load(schema.read_text(encoding="utf-8"))
    error = best_match(Validator(content).iter_errors(config))
    return sentence(error) if error else None


def repeated_key(path: str | Path) -> str | None:
    """Say which key stands twice in a config file: YAML keeps the last one without a word."""
    waiting = [yaml.compose(Path(path).read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                word = str(key.value)
                if word in seen:
                    line = key.start_mark.line + 1
                    return (
                        f"config: {word!r} stands twice, again in line {line} of {path}; rename it."
                    )
                seen.add(word)
                waiting.append(value)
    return None


def sentence(error: ValidationError) -> str:
    """Say in one sentence which key is wrong, what its value is and what is allowed."""
    place = ".".join(map(str, error.absolute_path))
    value, allowed = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            key = next(key for key in value if key not in known)
            where = f"in {place}" if place else "at the top"
            return f"config: unknown key {key!r} {where};{_nearest(key, known)}"
        case "required":
            missing = next(key for key in allowed if key not in value)
            return f"config: {place or 'the study'} has no {missing!r}; add it."
        case "enum":
            return f"config: {place} is {value!r};{_nearest(value, allowed)}"
        case "propertyNames" | "pattern":
            return f"config: {value!r} is not a name that {place} can use; {NAME_RULE}."
        case "minItems" | "minProperties":
            return f"config: {place} has {len(value)} entries; it needs at least {allowed}."
        case "maxItems":
            return f"config: {place} has {len(value)} entries; it may have at most {allowed}."
        case "minLength":
            return f"config: {place} is empty; fill it in or leave the key out."
        case "type":
            wanted = {"object": "mapping of keys to values", "string": "text"}.get(allowed, allowed)
            article = "an" if wanted[0] in "aeiou" else "a"
            hint = _number_hint(value) if allowed in ("integer", "number") else ""
            rule = f"must be {article} {wanted}{hint}"
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


def contradictions(study: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about what a schema cannot see: names that no section defines, impossible sizes.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in.
    """
    for section in USERS_SECTIONS:
        yield from _name_clashes(section, list(study[section]))
    able = [ORIGINAL]
    for transform, settings in study["transforms"].items():
        if TRANSFORMS[settings["kind"]].every_conformer:
            able.append(transform)
    for name, experiment in study["experiments"].items():
        for key, section in (("features", "features"), ("model", "models")):
            if experiment[key] not in study[section]:
                yield (
                    f"config: experiments.{name}.{key} is {experiment[key]!r}, which section "
                    f"{section} does not define;{_nearest(experiment[key], study[section])}"
                )
        if experiment["train_on"] not in able:
            yield (
                f"config: experiments.{name}.train_on is {experiment['train_on']!r}, which is no "
                "transform of every conformer (kinds translation and random_pose are);"
                f"{_nearest(experiment['train_on'], able)}"
            )
    for name, transform in study["transforms"].items():
        if transform["kind"] == "reflection" and max(map(abs, transform["normal"])) < 1e-6:
            yield f"config: transforms.{name}.normal is zero; give the normal of the mirror plane."
    attempts, least = study["embedding"]["attempts"], study["split"]["train"] + LEAST_HELD_OUT
    if attempts < least:
        yield (
            f"config: embedding.attempts is {attempts}, which cannot give split.train + "
            f"{LEAST_HELD_OUT} = {least} conformers; raise it or lower split.train."
        )


def not_numbers(content: Any, place: str = "") -> Iterator[str]:
    """Sentences about infinite numbers, not-a-numbers and keys that are not text, anywhere."""
    items: Any = ()
    if isinstance(content, Mapping):
        items = content.items()
        for key in content:
            if not isinstance(key, str):
                yield f"config: {key!r} in {place or 'the study'} is not text; put it in quotes."
    elif isinstance(content, list):
        items = enumerate(content)
    elif isinstance(content, float) and not math.isfinite(content):
        yield f"config: {place} is {content}, but must be a finite number."
    for key, value in items:
        yield from not_numbers(value, f"{place}.{key}" if place else str(key))


def _name_clashes(section: str, names: list[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in RESERVED.get(section, ()):
            yield f"config: {section}.{name} is a name that results/ uses itself; choose another."
        if periodic := re.search(r"(.+?)\1{19,}$", name):
            yield (
                f"config: {section}.{name} ends in {periodic[1]!r} twenty times or more, which "
                "Snakemake takes for an endless wildcard; choose a shorter name."
            )
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            yield (
                f"config: {section}.{twin} and {section}.{name} differ only in capitals and would "
                "share a folder on some file systems; rename one."
            )


def _nearest(word: Any, known: Any) -> str:
    close = get_close_matches(str(word), list(known), n=1)
    guess = f" did you mean {close[0]!r}?" if close else ""
    return f"{guess} Allowed: {', '.join(map(str, known))}." if known else f"{guess} None is."


def _number_hint(value: Any) -> str:
    try:
        float(value)
    except (TypeError, ValueError):
        return ""
    return " (in YAML 1e-4 is text: write 1.0e-4; --config gives text: use --configfile)"
