"""Lists of hosts and of allowed words; what lists hold is stored as it is counted and compared."""

from django.db import migrations, models

USES = [
    ("banned", "Banned words"),
    ("suspect", "Suspect words"),
    ("allowed", "Allowed words"),
    ("blocked_hosts", "Blocked hosts"),
    ("allowed_hosts", "Allowed hosts"),
    ("shorteners", "Link shorteners"),
]


def without_empty_lines(apps, schema_editor):
    """Take empty lines and repetitions out of lists, as publishing them always did."""
    for one in apps.get_model("moderation", "WordList").objects.iterator(chunk_size=1):
        lines = dict.fromkeys(line.strip() for line in one.entries.splitlines())
        lines.pop("", None)
        one.entries = "\n".join(lines)
        one.save(update_fields=["entries"])


class Migration(migrations.Migration):
    dependencies = [("moderation", "0026_automations")]

    operations = [
        migrations.AlterField(
            model_name="wordlist",
            name="entries",
            field=models.TextField(blank=True, verbose_name="entries"),
        ),
        migrations.AlterField(
            model_name="wordlist",
            name="use",
            field=models.CharField(choices=USES, max_length=20, verbose_name="use"),
        ),
        migrations.RunPython(without_empty_lines, migrations.RunPython.noop),
    ]
