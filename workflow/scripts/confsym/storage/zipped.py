"""Zip files with the same bytes for the same content."""

import shutil
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from confsym.storage.files import atomic_write

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can say
UNIX = 3


def write(path: str | Path, members: Mapping[str, Path | bytes]) -> None:
    """Write files or bytes under their names: sorted, without dates, all with the same rights.

    A file that may be executed stays so. The bytes are those of the zlib in use; another one may
    compress in another way.
    """
    with atomic_write(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, content in sorted(members.items()):
            of_file = isinstance(content, Path)
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = UNIX
            executable = of_file and content.stat().st_mode & 0o100
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            info.file_size = content.stat().st_size if of_file else len(content)
            source = content.open("rb") if of_file else BytesIO(content)
            with source, archive.open(info, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
