"""Where static files are, with their addresses remembered: a page names thirty of them, and to put
those together took a twentieth of its time.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class FilesWhereTheyLie(StaticFilesStorage):
    """What is served from its folder in the source: nothing to prepare."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = cache(super().url)  # type: ignore[method-assign]


class CollectedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """What ``collectstatic`` has prepared, under names that change with the content."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = cache(super().url)
