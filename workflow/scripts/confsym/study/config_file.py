"""A config as a file: what of it YAML cannot read, or reads as something else than it says.

Snakemake reads the same file without a word about where it fails, so this comes first wherever the
Snakefile is reached before that; where it is not, `make check` does it.
"""

import codecs
import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

TAG = "tag:yaml.org,2002:"
KNOWN = {TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "merge")}
MOST = 100_000  # values that a config may have, aliases written out
DEEPEST = 50  # values in one another
TOO_DEEP = (
    f"values stand in one another more than {DEEPEST} deep; close what is open, or write it flatter"
)
LARGEST = 5_000_000  # bytes
LONGEST = 300  # digits of a number: Python reads no more than 4300, and no float has so many
MARKS = {  # the longer ones first: the mark of UTF-32 begins as that of UTF-16 does
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
QUOTES = "put the text in single quotes"
SMALLER = "make several studies of it, or name the right file"
SHOWN = 60  # characters of a line that a sentence shows
LIST_IN_TEXT = re.compile(r"(?:^|[\s:,{])[\[{][^\s\]}]*[\]}][^\s,\]}]")  # [O-]C, not quoted


class Cause(NamedTuple):
    """How YAML says that it cannot read on, and what that means for whoever wrote the file.

    Parameters
    ----------
    pattern
        A regular expression for YAML's words.
    begin
        Whether what is wrong stands where YAML began to read the piece, not where it gave up.
    cause, cure
        Halves of a sentence; `{0}` is the group of the pattern.
    """

    pattern: str
    begin: bool
    cause: str
    cure: str


CAUSES = (
    Cause(
        r"unknown escape character '(.+)'",
        False,
        r"a backslash in double quotes stands for another character, and \{0} for none",
        QUOTES,
    ),
    Cause(
        r"expected escape sequence",
        False,
        "a backslash in double quotes stands for another character",
        QUOTES,
    ),
    Cause(
        r"unexpected end of stream|unexpected document separator",
        True,
        "the quote that opens here is never closed",
        "close it",
    ),
    Cause(
        r"character '\\t'",
        False,
        "a tab stands where YAML takes spaces alone",
        "replace it with spaces",
    ),
    Cause(
        r"character '(.)' that cannot start",
        False,
        "text without quotes cannot start with {0}",
        QUOTES,
    ),
    Cause(
        r"undefined alias '(.+)'",
        False,
        "*{0} without quotes refers to an anchor &{0}, and there is none",
        f"{QUOTES}, if it is text",
    ),
    Cause(
        r"another document|expected '<document start>'",
        False,
        "a second document, or text that belongs to no key, begins here",
        "leave one study in the file, as `key: value`",
    ),
    Cause(
        r"mapping values are not allowed",
        False,
        "there is a colon too many, or the line is indented too far",
        "put text that has a colon in single quotes, and begin keys of one section in one column",
    ),
    Cause(
        r"could not find expected ':'",
        True,
        "there is no colon and space behind the key",
        "write `key: value`",
    ),
    Cause(
        r"expected ',' or '([]}])'",
        True,
        "the bracket that opens here is not closed with {0}, or a comma or quote is missing in it",
        "close it, separate entries with commas, and put text with brackets in single quotes",
    ),
    Cause(
        r"expected <block end>",
        False,
        "the line does not belong to what stands above it",
        "begin keys of one section in one column, write a space behind each colon, and put text "
        "with brackets or colons in single quotes",
    ),
)
GENERAL = Cause("", False, "YAML cannot read it", "put text that is no plain word in single quotes")


def problem(path: str | Path) -> str | None:
    """Say the first thing that is wrong with a config file; None if nothing is.

    Parameters
    ----------
    path
        Of a YAML or JSON file.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
        text = _decoded(content)
        root, is_json = _composed(text)
        finding = next(_findings(root, text, is_json), None)
        if finding:
            raise _Refusal(*finding)
    except OSError as error:
        return f"config: {path} cannot be read: {error.strerror}; name a file (--configfile)."
    except _Refusal as refusal:
        line = f", line {refusal.line}" if refusal.line else ""
        return f"config: {path}{line}: {refusal.sentence}."
    return None


class _Refusal(Exception):
    """What is wrong, and in which line, 0 for all of the file."""

    def __init__(self, line: int, sentence: str):
        self.line, self.sentence = line, sentence
        super().__init__(sentence)


def _require_bounded(text: str) -> None:
    """Refuse what no study needs before it fills the memory; a tenth of the time of reading it."""
    nodes, depth = 0, 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            nodes += isinstance(event, yaml.NodeEvent)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _Refusal(event.start_mark.line + 1, TOO_DEEP)
            if nodes > 2 * MOST:  # keys are nodes, too
                what = f"the file has more than {MOST:,} values"
                raise _Refusal(event.start_mark.line + 1, f"{what}; {SMALLER}")
    except yaml.YAMLError as error:  # what else is wrong, reading it explains
        if "maximum nesting depth" in str(error):  # newer versions have a limit of their own
            raise _Refusal(error.problem_mark.line + 1, TOO_DEEP) from None


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise _Refusal(0, f"the file is larger than {LARGEST // 10**6} MB; {SMALLER}")
    for mark, name in MARKS.items():
        if content.startswith(mark):
            raise _Refusal(0, f"the file is {name}; save it as UTF-8")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Refusal(
            line,
            f"byte {content[error.start]:#04x} is no UTF-8: the file may be in Latin-1 or "
            "Windows-1252, or no text at all; save it as UTF-8",
        ) from None
    if "\0" in text:
        raise _Refusal(
            0, "the file has zero bytes: it may be UTF-16, or no text at all; save it as UTF-8"
        )
    return text


def _composed(text: str) -> tuple[yaml.Node, bool]:
    """The nodes of a file, and whether it is JSON, whose every value is what it says."""
    try:
        json.loads(text)
        is_json = True
    except (ValueError, RecursionError):
        is_json = False
    try:
        readable = text.replace("\t", " ") if is_json else text  # JSON is indented as one likes
        _require_bounded(readable)
        root = yaml.compose(readable, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Refusal(
            line, f"the character U+{error.character:04X} cannot be read; remove it"
        ) from None
    if not isinstance(root, yaml.MappingNode):
        what = "is empty" if root is None else "has no keys at its top"
        raise _Refusal(0, f"the file {what}; write sections, as `molecules:`, one below another")
    return root, is_json


def _explained(error: yaml.MarkedYAMLError, text: str) -> _Refusal:
    """YAML's complaint as a cause and a cure."""
    lines = text.splitlines() or [""]
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
    complaint = f"{error.context or ''} {error.problem or ''}"
    cause_of = next(
        (candidate for candidate in CAUSES if re.search(candidate.pattern, complaint)), GENERAL
    )
    line = min(marks[-1 if cause_of.begin else 0].line, len(lines) - 1)
    groups = re.search(cause_of.pattern, complaint).groups()
    cause, cure = cause_of.cause.format(*groups), cause_of.cure
    stopped_at = min(marks[0].line, len(lines) - 1)
    if LIST_IN_TEXT.search(lines[stopped_at]) and "expected" in complaint:
        line, cure = stopped_at, QUOTES
        cause = "text that starts with a bracket and has no quotes is a list or a mapping in YAML"
    return _Refusal(line + 1, f"{cause} ({_shown(lines[line])}); {cure}")


def _shown(line: str) -> str:
    line = line.strip()
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."


def _findings(root: yaml.MappingNode, text: str, is_json: bool) -> Iterator[tuple[int, str]]:
    """Lines, and what in them YAML reads otherwise than people do."""
    if _size(root, {}) > MOST:
        yield 0, f"aliases (*name) make more than {MOST:,} values of it; write each value once"
        return
    waiting, done = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in done:
            continue
        done.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield from () if is_json else _scalar(node)
            continue
        if node.tag not in (TAG + "map", TAG + "seq"):
            yield (
                _line(node),
                f"the tag {_short(node.tag)} makes code's objects; write plain values",
            )
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(reversed(node.value))
            continue
        yield from _keys(node, is_json)
        yield from _merges(node)
        for key, value in node.value:
            if key.value == "smiles" and isinstance(value, yaml.ScalarNode) and not is_json:
                yield from _smiles(value, text)
        waiting.extend(value for _, value in reversed(node.value))


def _keys(node: yaml.MappingNode, is_json: bool) -> Iterator[tuple[int, str]]:
    earlier_keys = set()
    for key, value in node.value:
        name = str(key.value)
        if not isinstance(key, yaml.ScalarNode):
            yield _line(key), "a list or mapping stands where a key should; put it in quotes"
        if name == "__use_yte__":
            yield _line(key), "__use_yte__ makes Snakemake run code from it; write plain values"
        if name in earlier_keys:
            yield _line(key), f"{name!r} stands twice, here again; rename it"
        earlier_keys.add(name)
        if is_json or key.tag in (TAG + "str", TAG + "merge"):
            continue
        if node.flow_style and name.isdigit() and value.value == "":
            yield (
                _line(key),
                f"a comma in braces ends a value, so that {name} begins another; write numbers "
                "with a point and without thousands separators",
            )
        yield from _scalar(key)
        yield _line(key), f"the name {name or 'left empty'} is no text in YAML; put it in quotes"


def _merges(node: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    """What stands behind << and has no keys to take over."""
    for key, value in node.value:
        if key.tag != TAG + "merge":
            continue
        values = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if not all(isinstance(merged, yaml.MappingNode) for merged in values):
            yield _line(key), "<< takes over the keys of a mapping; write `<<: *name` of one"


def _scalar(node: yaml.ScalarNode) -> Iterator[tuple[int, str]]:
    """One value without quotes that is something else than it says."""
    line, text, kind = _line(node), node.value, node.tag.removeprefix(TAG)
    own = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))
    if node.tag not in KNOWN or (kind != "str" and (node.style or own != node.tag)):
        yield line, f"the tag {_short(node.tag)} says how to read {text!r}; write plain values"
    elif kind == "bool" and text.lower() not in ("true", "false"):
        meant = str(yaml.safe_load(text)).lower()
        yield line, f"{text} is read as {meant}; write {meant}, or put it in quotes if it is text"
    elif kind == "int" and len(text) > LONGEST:
        yield line, f"a number has {len(text):,} digits ({_shown(text)}); write a smaller one"
    elif kind == "timestamp":
        yield line, f"{text} is read as a date; put it in quotes"
    elif (kind == "int" and not re.fullmatch(r"[-+]?(0|[1-9]\d*)", text)) or (
        kind == "float" and re.search(r"[:_]", text)
    ):
        value = yaml.safe_load(text)
        why = next(
            (name for mark, name in NOTATIONS.items() if re.search(mark, text)), "no decimal"
        )
        yield (
            line,
            f"{text} is read as {value}, since it is {why}; write the number that you mean in "
            "decimal digits alone, or put it in quotes if it is text",
        )


NOTATIONS = {
    ":": "in base 60 (as hours and minutes)",
    "0x": "hexadecimal",
    "0b": "binary",
    "^[-+]?0": "octal (a zero in front)",
    "_": "written with underscores, which other readers of YAML take for text",
}


def _smiles(node: yaml.ScalarNode, text: str) -> Iterator[tuple[int, str]]:
    """A SMILES that YAML's escapes or comments would change."""
    written = text[node.start_mark.index : node.end_mark.index]
    if node.style == '"' and (escape := re.search(r"(?<!\\)(?:\\\\)*(\\[^\\])", written)):
        yield (
            _line(node),
            f"{escape[1].strip()} in double quotes stands for one other character, not for a bond "
            "and an atom; put the SMILES in single quotes",
        )
    behind = text[node.end_mark.index :].partition("\n")[0]
    if node.style is None and re.match(r"[ \t]+#[^\s#]", behind):
        yield (
            _line(node),
            f"{behind.strip()} is a comment, so that the SMILES ends with {node.value!r}; put the "
            "SMILES in single quotes, or a space behind # where a comment is meant",
        )


def _size(node: yaml.Node, sizes: dict[int, float]) -> float:
    """How many values a node has with its aliases written out; infinity if it is part of itself."""
    if id(node) not in sizes:
        sizes[id(node)] = math.inf  # until all its parts are known
        children = [] if isinstance(node, yaml.ScalarNode) else node.value
        if isinstance(node, yaml.MappingNode):
            children = [value for _, value in children]
        sizes[id(node)] = 1 + sum(_size(child, sizes) for child in children)
    return sizes[id(node)]


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _short(tag: str) -> str:
    return tag.replace(TAG, "!!")


def main(paths: list[str]) -> int:
    """Say what is wrong with each file; the exit status is 1 if anything is."""
    problems = [(path, problem(path)) for path in paths]
    for path, sentence in problems:
        print(sentence or f"config: {path} can be read.")
    return int(any(sentence for _, sentence in problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
