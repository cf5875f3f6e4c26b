"""The product's settings, with the floors beside its addresses."""

from __future__ import annotations

from secretary_project.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
TEMPLATES = [  # with the floor's own, and without the page's context for the floor's page
    {**TEMPLATES[0], "DIRS": [*TEMPLATES[0]["DIRS"], BASE_DIR / "tests/benchmarks/templates"]}  # type: ignore[list-item] # noqa: F405
]
