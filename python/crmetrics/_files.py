"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], data: bytes) -> Path:
    """Writes a file beside the target, syncs and renames it: whenever the program is stopped, the
    target is what it was before, or whole.

    What is no ordinary file, such as /dev/stdout, is written to as it is.
    """  # noqa: D205
    target = Path(path)
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return target
    target = target.resolve()  # a link stays one
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Path(path)
