"""Words for the events that were cached before search had an index.

The functions used are pure ones of today: what a word is may change, and ``rebuild_search`` then
does the same again.
"""

from django.db import migrations

from calendars.search_index import refill


def fill(apps, schema_editor):
    for _ in refill(apps.get_model("calendars", "CachedEvent")):
        pass


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("calendars", "0005_search_words")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
