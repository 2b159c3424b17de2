"""CITATION.cff and .zenodo.json are well-formed and say the same."""

import json
import tomllib

import jsonschema
import pytest
import yaml

from studies import ROOT

TEXT = {"type": "string", "minLength": 1}
PERSON = {
    "type": "object",
    "required": ["family-names", "given-names"],
    "properties": {"family-names": TEXT, "given-names": TEXT, "orcid": {"format": "uri"}},
    "additionalProperties": False,
}
ENTITY = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": TEXT},
    "additionalProperties": False,
}
AUTHORS = {"type": "array", "minItems": 1, "items": {"oneOf": [PERSON, ENTITY]}}
REFERENCE = {
    "type": "object",
    "required": ["type", "title", "authors"],
    "anyOf": [{"required": ["doi"]}, {"required": ["url"]}],
    "properties": {
        "type": {"enum": ["article", "book", "conference-paper", "data", "software", "website"]},
        "title": TEXT,
        "authors": AUTHORS,
        "journal": TEXT,
        "volume": {"type": ["integer", "string"]},
        "issue": {"type": ["integer", "string"]},
        "year": {"type": "integer", "minimum": 1900},
        "start": {"type": ["integer", "string"]},
        "end": {"type": ["integer", "string"]},
        "publisher": ENTITY,
        "doi": {
            "type": "string",
            "pattern": r"^10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\<>]+$",
        },
        "url": {"type": "string", "pattern": "^https?://"},
    },
    "additionalProperties": False,
}
CFF = {  # what of the Citation File Format 1.2.0 we use
    "type": "object",
    "required": ["cff-version", "message", "title", "authors"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": TEXT,
        "title": TEXT,
        "abstract": TEXT,
        "type": {"enum": ["software", "dataset"]},
        "version": {"type": ["string", "number"]},
        "license": TEXT,
        "authors": AUTHORS,
        "keywords": {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
        "references": {"type": "array", "items": REFERENCE},
    },
    "additionalProperties": False,
}


@pytest.fixture
def citation() -> dict:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture
def zenodo() -> dict:
    return json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))


def names(authors: list[dict]) -> list[str]:
    """Authors as Zenodo writes them: family name, given names."""
    return [one.get("name") or f"{one['family-names']}, {one['given-names']}" for one in authors]


def in_words(reference: dict) -> str:
    """A reference as Zenodo takes it, in one line."""
    year = f" ({reference['year']})" if "year" in reference else ""
    parts = [f"{'; '.join(names(reference['authors']))}{year}", reference["title"]]
    if "journal" in reference:
        parts.append(f"{reference['journal']} {reference['volume']}, {reference['start']}")
    link = f"https://doi.org/{reference['doi']}" if "doi" in reference else reference["url"]
    return f"{'. '.join(parts)}. {link}"


def test_the_citation_file_is_well_formed(citation):
    jsonschema.validate(citation, CFF)


def test_zenodo_says_the_same(citation, zenodo):
    for key in ("title", "license", "keywords"):
        assert zenodo[key] == citation[key], key
    assert zenodo["version"] == str(citation["version"])
    assert zenodo["upload_type"] == citation["type"]
    assert [creator["name"] for creator in zenodo["creators"]] == names(citation["authors"])
    assert zenodo["references"] == [in_words(one) for one in citation["references"]]


def test_the_package_says_the_same(citation):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == str(citation["version"])
    assert project["license"] == citation["license"]
    assert project["name"] == citation["title"].partition(":")[0]
