"""Documents as tests read them: their code blocks, and what a reader does with each."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

import warm
from studies import ROOT


@dataclass(frozen=True)
class Block:
    """A code block; its title is its first line, where that is a comment."""

    language: str
    text: str

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].removeprefix("# ") if self.text[0] == "#" else ""


def blocks(document: str, section: str = "") -> Iterator[Block]:
    """The code blocks of a document in docs/, or of one of its sections, in their order."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    if section:
        text = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", text, re.M | re.S)[1]
    for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        yield Block(language, body)


def written(path: Path, block: Block) -> None:
    """Put a block where its first line says: a file of its own, or a part of one that is there."""
    part = block.title.partition(", ")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not part:
        own = block.language in ("yaml", "python")  # there the first line is a comment
        path.write_text(block.text if own else block.text.partition("\n")[2], encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if part in ("one section", "three sections"):
        study = yaml.safe_load(text) | yaml.safe_load(block.text)
        path.write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    elif part == "one row":  # the registry is what the module ends with
        assert text.endswith("\n)\n")
        path.write_text(text[:-2] + block.text.partition("\n")[2] + ")\n", encoding="utf-8")
    else:
        assert part == "at the end", part
        path.write_text(f"{text}\n\n{block.text}", encoding="utf-8")


def run(command: str, project: Path) -> str:
    """Run a command in the project, in this environment; what it said, once it has succeeded.

    A run of Snakemake has forks for jobs; a dry run is what a user calls, from a shell.
    """
    tool, *arguments = shlex.split(command)
    if tool == "snakemake" and "-n" not in arguments:
        status, said = warm.snakemake(arguments, project, jobs=True)
        assert status == 0, f"{command}\n{said}"
        return said
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.run(
        ["bash", "-c", command],
        cwd=project,
        env=os.environ | {"PATH": path, "MPLBACKEND": "Agg"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert process.returncode == 0, f"{command}\n{process.stdout}"
    return process.stdout


def command_behind(command: str) -> str:
    """The plain command of a target of make, as README's table has it; any other as it is."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `(make \w+)` \| `([^`]*)` \|$", readme, re.M))
    return table[command] if command.startswith("make ") else command
