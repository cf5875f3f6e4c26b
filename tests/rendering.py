"""Pages are filled as in the product. A pytest plugin.

Django's test environment copies the context of every template that is filled, for
``response.context``. Each widget of a form is filled from templates of its own, and all those
copies took longer than the forms; no test asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.template import Context
    from django.utils.safestring import SafeString


@pytest.fixture(autouse=True, scope="session")
def no_copies_for_widgets(django_test_environment: None) -> Iterator[None]:
    copying = Template._render

    def render(template: Template, context: Context) -> SafeString:
        if (template.name or "").startswith("django/forms/"):
            return template.nodelist.render(context)
        return copying(template, context)

    Template._render = render
    yield
    Template._render = copying
