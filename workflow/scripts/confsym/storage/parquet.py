"""Tables as Parquet files: float64, zstd, the same bytes for the same numbers."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from confsym.storage.files import Table, atomic_write

CONFORMER = "conformer"  # the column of a feature table that is no feature
COLUMNS = 64  # that are read at a time, to bound memory


def write_parquet(path: str | Path, table: Table) -> None:
    """Write columns of equal length."""
    columns = {name: pa.array(np.ascontiguousarray(column)) for name, column in table.items()}
    with atomic_write(path) as part:
        pq.write_table(pa.table(columns), part, compression="zstd", use_dictionary=False)


def read_parquet(path: str | Path, columns: Collection[str] | None = None) -> dict[str, np.ndarray]:
    """Read all columns, or those of some that there are; text comes back as NumPy strings."""
    if columns is not None:
        columns = [name for name in pq.read_schema(path).names if name in columns]
    table = pq.read_table(path, columns=columns, use_threads=False)
    return {
        name: _text(column) if pa.types.is_string(column.type) else column.to_numpy()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def _text(column: pa.ChunkedArray) -> np.ndarray:
    encoded = column.combine_chunks().dictionary_encode()
    return np.array(encoded.dictionary.to_pylist(), dtype=str)[encoded.indices.to_numpy()]


def write_features(path: str | Path, conformer: np.ndarray, names: list[str], values) -> None:
    """Write a feature table: column `conformer`, then one column a feature."""
    if CONFORMER in names:
        raise ValueError(f"a feature is called {CONFORMER}, as the table's own column is")
    write_parquet(path, {CONFORMER: conformer} | dict(zip(names, values.T, strict=True)))


def read_features(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a feature table as (conformer (n,), values (n, features)).

    Some columns at a time, so that the table is in memory once, and not four times.
    """
    with pq.ParquetFile(path) as file:
        conformer, *names = file.schema_arrow.names
        kind = file.schema_arrow.field(names[0]).type.to_pandas_dtype()
        values = np.empty((file.metadata.num_rows, len(names)), dtype=kind)
        for start in range(0, len(names), COLUMNS):
            column_names = names[start : start + COLUMNS]
            table = file.read(columns=column_names, use_threads=False)
            for column, name in enumerate(column_names, start):
                values[:, column] = table[name]
        return file.read(columns=[conformer])[conformer].to_numpy(), values


def read_names(path: str | Path) -> list[str]:
    """Names of the columns of a feature table."""
    return [name for name in pq.read_schema(path).names if name != CONFORMER]


def read_feature_sets(paths: Sequence[str | Path]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Read feature tables of the same conformers, columns side by side.

    Returns
    -------
    conformer : (n,)
    values : (n, features)
    widths : list of int
        How many columns each table has.
    """
    tables = [read_features(path) for path in paths]
    values = [values for _, values in tables]
    widths = [table.shape[1] for table in values]
    return tables[0][0], values[0] if len(values) == 1 else np.concatenate(values, axis=1), widths
