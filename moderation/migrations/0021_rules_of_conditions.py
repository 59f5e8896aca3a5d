"""Rules become documents of conditions, and the draft is told from the live version."""

from django.db import migrations, models
from django.utils.text import slugify

from moderation.rules.documents import first_format_condition


def keys_and_bodies(apps, schema_editor):
    """Give every list and rule its key, and write what a rule asks as a body."""
    lists = {}
    for one in apps.get_model("moderation", "WordList").objects.order_by("id"):
        lists[one.pk] = one.key = free(slugify(one.name)[:50] or "list", lists.values())
        one.save(update_fields=["key"])
    taken = []
    rules = apps.get_model("moderation", "Rule").objects.select_related("policy")
    for place, rule in enumerate(rules.order_by("position", "id")):
        rule.key = free(slugify(rule.name)[:50] or "rule", taken)
        taken.append(rule.key)
        rule.mode = "on" if rule.is_on else "off"
        rule.position = place
        rule.body = body(rule, lists)
        rule.save(update_fields=["key", "mode", "position", "body"])


def body(rule, lists):
    when = {
        "kind": rule.kind,
        "label": rule.label,
        "threshold": rule.threshold or 0,
        "number": rule.number or 0,
    }
    condition = first_format_condition(when, list_key=lists.get(rule.word_list_id, ""))
    then = {"action": rule.action, "urgency": rule.urgency}
    if rule.policy is not None:
        then["policy"] = rule.policy.slug
    return {"when": {"all": [condition]}, "then": then}


def free(wish, taken):
    taken, number, key = set(taken), 1, wish
    while key in taken:
        number += 1
        key = f"{wish}-{number}"
    return key


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0020_counted_changes"),
        ("comments", "0006_revision_words"),
    ]

    operations = [
        migrations.AddField("wordlist", "key", models.CharField(max_length=60, default="")),
        migrations.AddField("rule", "key", models.CharField(max_length=60, default="")),
        migrations.AddField("rule", "body", models.JSONField(default=dict, verbose_name="rule")),
        migrations.AddField(
            "rule",
            "mode",
            models.CharField(
                choices=[("on", "on"), ("shadow", "shadow"), ("off", "off")],
                default="on",
                max_length=10,
                verbose_name="mode",
            ),
        ),
        migrations.RunPython(keys_and_bodies, migrations.RunPython.noop),
    ]
