"""Addresses of static files are those of Django and WhiteNoise, put together once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.management import call_command
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

from secretary_project.static_files import CollectedFiles, FilesWhereTheyLie

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings


def test_files_that_are_not_collected_keep_their_names() -> None:
    storage = FilesWhereTheyLie()
    for name in ("favicon.svg", "css/base.css", "favicon.svg"):
        assert storage.url(name) == StaticFilesStorage().url(name)


def test_pages_get_remembered_addresses() -> None:
    assert static("favicon.svg") is static("favicon.svg")


def test_collected_files_are_named_by_their_content(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "sign.svg").write_text("<svg/>")
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "secretary_project.static_files.CollectedFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    address = CollectedFiles().url("sign.svg")
    assert address == CompressedManifestStaticFilesStorage().url("sign.svg")
    assert (tmp_path / "collected" / address.rpartition("/")[2]).exists()
    with pytest.raises(ValueError, match="no-such"):
        CollectedFiles().url("no-such.svg")
