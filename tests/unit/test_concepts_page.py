"""What a topic writes, and what it reads."""

import numpy as np
import pandas as pd
import pytest

from confsym.concepts import page, sample
from confsym.concepts.page import TopicResults
from confsym.errors import StudyError
from confsym.storage import files
from confsym.storage.numbers import Number


def test_a_page_quotes_what_its_table_holds(tmp_path):
    found = TopicResults(
        {"part": pd.DataFrame({"x": [1, 2], "y": [0.1, 1 / 3]})},
        [
            Number("count", np.int64(4164), "", "conformers"),
            Number("error", 0.0123456, "kcal/mol", "an error"),
            Number("tiny", 2e-13, "kcal/mol", "round-off"),
            Number("large", 36070.3, "", "a condition number"),
            Number("none", np.nan, "", "nothing"),
        ],
    )
    paths = [tmp_path / name for name in ("part.csv", "numbers.csv", "page.md")]
    page.write(
        found, "Title", "\n{count}, {error}, {tiny}, {large}, {none}.\n", paths[:1], *paths[1:]
    )
    text = paths[2].read_text(encoding="utf-8")
    assert text.startswith("# Title\n\n4,164, 0.0123, < 10⁻⁹, 36,070, –.\n\n| What")
    numbers = pd.read_csv(paths[1])
    assert numbers["value"].tolist()[:4] == [4164, 0.0123456, 2e-13, 36070.3]
    assert paths[0].read_text() == f"x,y\n1,0.1\n2,{1 / 3}\n"


def test_too_few_training_conformers_are_refused_in_a_sentence(tmp_path):
    files.write_csv(
        tmp_path / "split.csv",
        {"conformer": range(90), "partition": ["train"] * 39 + ["test"] * 51},
    )
    files.write_json(tmp_path / "molecule.json", {})
    with pytest.raises(StudyError, match=r"split\.train is 39, .* raise split\.train"):
        sample.read(tmp_path / "molecule.json", "", "", tmp_path / "split.csv")


def test_sizes_end_where_they_should():
    assert sample.sizes(20, 3000, 8)[0] == 20
    assert sample.sizes(20, 3000, 8)[-1] == 3000
    assert sample.sizes(5, 5, 8) == [5]
    assert sample.sizes(1, 4, 12) == [1, 2, 3, 4]
