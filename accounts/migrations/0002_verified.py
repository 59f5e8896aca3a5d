"""Everybody who has an account by now got it from a site admin, who answers for the address."""

from typing import Any

from django.db import migrations


def vouch(apps: Any, schema_editor: Any) -> None:
    addresses = apps.get_model("account", "EmailAddress")
    addresses.objects.bulk_create(
        [
            addresses(user_id=pk, email=email, verified=True, primary=True)
            for pk, email in apps.get_model("accounts", "User").objects.values_list("pk", "email")
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(vouch, migrations.RunPython.noop)]
