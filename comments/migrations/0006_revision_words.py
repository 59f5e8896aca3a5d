"""An index of the words of every text, made while the site goes on taking comments."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("comments", "0005_report_outcome"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="commentrevision",
            index=GinIndex(SearchVector("body", config="simple"), name="revision_words"),
        ),
    ]
