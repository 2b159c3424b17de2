"""The metadata of an archive, as a Provenance Run Crate 0.5.

The profile: https://w3id.org/ro/wfrun/provenance/0.5. No run times, hosts or absolute paths, so
that the same study gives the same text.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from rocrate.rocrate import ROCrate

from confsym.archive import actions
from confsym.archive.entities import Entity, entity, identifier, of_left_out, references

TERMS = "https://w3id.org/ro/terms/workflow-run/context"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
# Python's own list of them depends on its version, and on the machine's.
FORMATS = {
    "": "text/plain",
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".html": "text/html",
    ".joblib": "application/x-joblib",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".npz": "application/x-npz",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".sdf": "chemical/x-mdl-sdfile",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
    ".toml": "application/toml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}


def metadata(
    jobs: Sequence[Mapping[str, Any]],
    sizes: Mapping[str, int],
    manifest: Mapping[str, Any],
    citation: Mapping[str, Any],
    engine: str,
) -> dict[str, Any]:
    """The content of `ro-crate-metadata.json`.

    Parameters
    ----------
    jobs
        Entries `rule`, `wildcards`, `script`, `inputs`, `outputs`, `params`.
    sizes
        Bytes of each file in the archive.
    manifest
        `commit`, `date`, `molecules`, and `left_out`, a list of entries `file`, `sha256` and
        `comes_back_with`.
    citation
        What CITATION.cff says.
    engine
        Version of Snakemake.
    """
    authors = [_author(author) for author in citation["authors"]]
    license = f"https://spdx.org/licenses/{citation.get('license', 'MIT')}"
    all_entities = [
        *(
            entity(profile, "CreativeWork", name=name, version=profile.rpartition("/")[2])
            for profile, name in PROFILES.items()
        ),
        *authors,
        entity(license, "CreativeWork", name=license.rpartition("/")[2]),
        *(_file(name, size) for name, size in sorted(sizes.items())),
        entity("README.md", "File", about={"@id": "./"}),
        *(of_left_out(entry) for entry in manifest["left_out"]),
        *actions.entities(jobs, {entry["file"] for entry in manifest["left_out"]}, engine),
    ]
    root = {
        "name": citation["title"],
        "description": f"A finished run of the study of {', '.join(manifest['molecules'])}.",
        "datePublished": manifest["date"],
        "license": {"@id": license},
        "conformsTo": references(PROFILES),
        "author": references(author["@id"] for author in authors),
        "mainEntity": {"@id": actions.WORKFLOW},
        "mentions": references(
            mentioned["@id"] for mentioned in all_entities if "actionStatus" in mentioned
        ),
        "hasPart": references(map(identifier, sorted(sizes))),
    }
    if manifest["commit"]:
        root["version"] = manifest["commit"]
    return _assembled(root, all_entities)


def _assembled(root: Mapping[str, Any], entities: Sequence[Entity]) -> dict[str, Any]:
    """Descriptor, root and entities; what is said of one thing in two places is put together."""
    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(TERMS)
    crate.metadata["conformsTo"] = references([crate.metadata.profile, list(PROFILES)[-1]])
    by_id: dict[str, Entity] = {}
    for part in entities:
        by_id[part["@id"]] = by_id.get(part["@id"], {}) | part
    for part in by_id.values():
        crate.add_jsonld(part)
    for key, value in root.items():
        crate.root_dataset[key] = value
    return crate.metadata.generate()


def _author(author: Mapping[str, str]) -> Entity:
    if "name" in author:
        return entity(identifier(author["name"], "#author/"), "Organization", name=author["name"])
    name = f"{author['given-names']} {author['family-names']}"
    return entity(author.get("orcid", identifier(name, "#author/")), "Person", name=name)


def _file(name: str, size: int) -> Entity:
    kind = FORMATS.get(PurePosixPath(name).suffix, "text/plain")
    return entity(identifier(name), "File", name=name, contentSize=str(size), encodingFormat=kind)
