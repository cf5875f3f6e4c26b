"""The product's settings, with the floors beside its addresses."""

from __future__ import annotations

from secretary_project.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
