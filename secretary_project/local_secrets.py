"""What nobody else of this machine may read: the folder of all that is made at run time, and
secrets that are made on first start where the environment gives none."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def private_folder(path: Path) -> Path:
    """The folder, made for this user alone; who may enter one that is there stays as it is.

    A database in it holds all events, and logins of those who are in it now.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def kept_secret(path: Path, *, make: Callable[[], str]) -> str:
    """The secret in this file, made there if there is none yet.

    Several processes may start at once: each writes a file of its own and links it into place,
    so the first one wins and all of them read the same secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(make())
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)  # noqa: PTH108 - the draft is a plain string path
    return path.read_text(encoding="utf-8").strip()
