"""A config file that YAML cannot read, or misreads: one sentence with line, cause and cure."""

import codecs
import gzip
import json

import pytest
import yaml

from confsym.study import config_file
from studies import ROOT, TINY

TEXT = TINY.read_text(encoding="utf-8")
BUTANOL = 'butanol: {smiles: "CCC(C)O"}'
assert BUTANOL in TEXT


def molecule(entry: str) -> str:
    """The tiny study, with other words for its molecule, in line 3."""
    return TEXT.replace(BUTANOL, entry)


def attempts(value: str) -> str:
    """The tiny study, with another number in line 4."""
    return TEXT.replace("attempts: 200", f"attempts: {value}")


SINGLE = "put the text in single quotes"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

# What the file says, the line that is named (0 for all of it), and words of cause and cure.
UNREADABLE = {
    "escape": (molecule(r'b: {smiles: "C/C=C\C"}'), 3, [r"and \C for none", SINGLE]),
    "hexadecimal escape": (molecule(r'b: {smiles: "C\xC"}'), 3, ["a backslash in double", SINGLE]),
    "list in block": (molecule("b:\n    smiles: [O-]C(=O)C"), 4, ["starts with a bracket", SINGLE]),
    "list in braces": (molecule("b: {smiles: [O-]C(=O)C}"), 3, ["starts with a bracket", SINGLE]),
    "salt": (molecule("b:\n    smiles: [Na+].[Cl-]"), 4, ["starts with a bracket", SINGLE]),
    "atom map": (molecule("b: {smiles: [CH3:1]O}"), 3, ["starts with a bracket", SINGLE]),
    "at": (molecule("b:\n    smiles: @C"), 4, ["cannot start with @", SINGLE]),
    "alias": (molecule("b: {smiles: *C}"), 3, ["refers to an anchor &C", SINGLE]),
    "tab": (TEXT.replace("  notes:", "\tnotes:"), 25, ["a tab stands", "with spaces"]),
    "colon": (molecule("b:\n    smiles: CC: O"), 4, ["a colon too many", "single quotes"]),
    "no space behind a colon": (molecule('b:{smiles: "CCO"}'), 3, ["a space behind each colon"]),
    "no colon": (
        TEXT.replace("split: {train: 60}", "split = 60"),
        5,
        ["there is no colon", "`key: value`"],
    ),
    "indentation": (TEXT.replace("  canonical:", " canonical:"), 16, ["in one column"]),
    "open quote": (molecule('b: {smiles: "CCO}'), 3, ["never closed", "close it"]),
    "open brace": (TEXT.replace("train: 60}", "train: 60"), 5, ["is not closed with }"]),
    "two documents": (f"{TEXT}---\na: 1\n", 33, ["a second document"]),
    "toml": ('[molecules]\nbutanol = "CCO"\n', 2, ["belongs to no key"]),
    "empty": ("", 0, ["is empty", "write sections"]),
    "comments": ("# nothing\n", 0, ["is empty"]),
    "list": ("- a\n- b\n", 0, ["no keys at its top"]),
    "text": ("hello\n", 0, ["no keys at its top"]),
    "control character": (f"{TEXT}# \a\n", 33, ["U+0007", "remove it"]),
    "brackets": ("a: " + "[" * 5000, 1, ["more than 50 deep"]),
    "UTF-16": (TEXT.encode("utf-16"), 0, ["UTF-16", "save it as UTF-8"]),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), 0, ["zero bytes", "save it as UTF-8"]),
    "UTF-32": (TEXT.encode("utf-32"), 0, ["UTF-32", "save it as UTF-8"]),
    "Latin-1": (f"{TEXT}# Ångström\n".encode("latin-1"), 33, ["byte 0xc5", "save it as UTF-8"]),
    "zipped": (gzip.compress(TEXT.encode()), 1, ["byte 0x8b is no UTF-8"]),
}
MISREAD = {
    "octal": (attempts("0777"), 4, ["0777 is read as 511", "octal", "decimal digits alone"]),
    "base 60": (attempts("1:40"), 4, ["1:40 is read as 100", "base 60"]),
    "base 60 with a point": (attempts("1:40.5"), 4, ["1:40.5 is read as 100.5", "base 60"]),
    "underscore": (attempts("1_000"), 4, ["1_000 is read as 1000", "underscores"]),
    "hexadecimal": (attempts("0xC8"), 4, ["0xC8 is read as 200", "hexadecimal"]),
    "binary": (attempts("0b11001000"), 4, ["is read as 200", "binary"]),
    "5000 digits": (attempts("9" * 5000), 4, ["a number has 5,000 digits", "a smaller one"]),
    "merge of a number": (
        TEXT.replace("{kind: ridge}", "{<<: 5, kind: ridge}"),
        21,
        ["<< takes over the keys of a mapping"],
    ),
    "merge of text": (
        TEXT.replace("{kind: ridge}", "{<<: [a, b]}"),
        21,
        ["<< takes over the keys of a mapping"],
    ),
    "comma": (attempts("1,000"), 4, ["a comma in braces ends a value", "without thousands"]),
    "decimal comma": (TEXT.replace("0.01", "0,01"), 4, ["so that 01 begins another"]),
    "nitric oxide": (molecule("b: {smiles: NO}"), 3, ["NO is read as false", "in quotes"]),
    "hydroxylamine": (molecule("b: {smiles: ON}"), 3, ["ON is read as true", "in quotes"]),
    "name no": (molecule("no: {smiles: CCO}"), 3, ["no is read as false", "in quotes"]),
    "name 123": (molecule("123: {smiles: CCO}"), 3, ["the name 123 is no text", "in quotes"]),
    "name null": (molecule("null: {smiles: CCO}"), 3, ["the name null is no text", "in quotes"]),
    "name of a date": (molecule("2024-01-02: {smiles: CCO}"), 3, ["is read as a date"]),
    "no such date": (molecule("b: {smiles: 2024-13-45}"), 3, ["is read as a date"]),
    "comment": (molecule("b:\n    smiles: CC #N"), 4, ["#N is a comment", "ends with 'CC'"]),
    "line break": (
        molecule(r'b: {smiles: "C/C=C\n1cccc1"}'),
        3,
        [r"\n in double quotes stands for one other", "single quotes"],
    ),
    "object": (molecule('b: !!python/object/apply:os.system ["x"]'), 3, ["plain values"]),
    "name of code": (molecule("b: {smiles: !!python/name:os.system }"), 3, ["plain values"]),
    "tag": (molecule("b: {smiles: !mine CCO}"), 3, ["the tag !mine", "plain values"]),
    "quoted number": (attempts('!!int "0777"'), 4, ["the tag !!int", "plain values"]),
    "twice": (f"{TEXT}split: {{train: 50}}\n", 33, ["'split' stands twice", "rename it"]),
    "code": (f"__use_yte__: true\n{TEXT}", 1, ["__use_yte__ makes Snakemake run code"]),
    "exploding": (LAUGHS + TEXT, 0, ["more than 100,000 values"]),
    "endless": (molecule("b: &r {smiles: *r}"), 0, ["more than 100,000 values"]),
    "JSON": (json.dumps(yaml.safe_load(TEXT))[:-1] + ', "split": {}}', 1, ["stands twice"]),
}
TOO_MUCH = {
    "brackets in JSON": ('{"a": ' + "[" * 60 + "]" * 60 + "}", 1, ["more than 50 deep"]),
    "values": ("a: [" + "1," * 300_000 + "]", 1, ["more than 100,000 values"]),
    "size": (f"# {'x' * 5_000_000}\n{TEXT}", 0, ["larger than 5 MB"]),
}
CASES = UNREADABLE | MISREAD | TOO_MUCH


@pytest.mark.parametrize("name", CASES)
def test_line_cause_and_cure(tmp_path, name):
    content, line, says = CASES[name]
    path = tmp_path / "study.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = config_file.problem(path)
    assert found.startswith(f"config: {path}" + (f", line {line}: " if line else ": "))
    assert found.endswith(".")
    assert "\n" not in found
    for part in says:
        assert part in found


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_said_to_be_unreadable_is(name):
    """By YAML's own word, as Snakemake takes it: UTF-8, and keys at the top."""
    content, _, _ = UNREADABLE[name]
    try:
        text = content if isinstance(content, str) else content.decode("utf-8")
        assert not isinstance(yaml.load(text, Loader=yaml.FullLoader), dict)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        pass  # as said


RIGHT = {
    "mark of UTF-8": codecs.BOM_UTF8 + TEXT.encode(),
    "line ends of Windows": TEXT.replace("\n", "\r\n").encode(),
    "line ends of old": TEXT.replace("\n", "\r").encode(),
    "JSON": json.dumps(yaml.safe_load(TEXT), indent="\t").encode(),
    "JSON with numbers": b'{"a": 1e5, "b": 1E-3, "c": "NO", "d": "0777", "e": true, "f": null}',
    "anchors": TEXT.replace("ridge: {kind: ridge}", "ridge: &r {kind: ridge}\n  r2: *r").encode(),
    "merge": TEXT.replace("{kind: ridge}", "&r {kind: ridge}\n  r2: {<<: *r}").encode(),
    "quotes": molecule("'no': {smiles: 'NO'}").encode(),
    "double quotes": molecule(r'b: {smiles: "C/C=C\\C"}').encode(),
    "single quotes": molecule(r"b: {smiles: 'C/C=C\C#N'}").encode(),
    "a bond, no comment": molecule("b:\n    smiles: CC#N # acetonitrile").encode(),
    "numbers": b"a: [0, -1, +2, 0.10, 1.5e+3, 007.5, -.5, true, False, null, ~, 0o17, 1e5]",
    "text in its own words": b"a: !!str 0777",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_says_what_it_means(tmp_path, name):
    (tmp_path / "study.yaml").write_bytes(RIGHT[name])
    assert config_file.problem(tmp_path / "study.yaml") is None


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda p: p.name)
def test_our_own_studies(path):
    assert config_file.problem(path) is None


def test_no_file_and_a_folder(tmp_path, capsys):
    assert "No such file or directory" in config_file.problem(tmp_path / "none.yaml")
    assert "Is a directory" in config_file.problem(tmp_path)
    assert config_file.main([str(TINY)]) == 0
    assert config_file.main([str(TINY), str(tmp_path)]) == 1
    assert capsys.readouterr().out.count("can be read.") == 2
