"""Keys for network addresses that change and are destroyed, and what joins their hashes."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE FUNCTION same_address(hash varchar) RETURNS SETOF varchar LANGUAGE sql STABLE AS $$
    SELECT $1
    UNION SELECT earlier FROM comments_addresslink WHERE later = $1
    UNION SELECT later FROM comments_addresslink WHERE earlier = $1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0009_publication")]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="address_key_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="Addresses are kept as hashes under a key. The key before is destroyed as soon as no address is remembered by it.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="a new key for network addresses every (days)",
            ),
        ),
        migrations.CreateModel(
            name="AddressKey",
            fields=[
                (
                    "generation",
                    models.PositiveIntegerField(
                        primary_key=True, serialize=False, verbose_name="generation"
                    ),
                ),
                ("secret", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("retired_at", models.DateTimeField(null=True, verbose_name="retired at")),
            ],
            options={
                "verbose_name": "key for addresses",
                "verbose_name_plural": "keys for addresses",
            },
        ),
        migrations.CreateModel(
            name="AddressLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("later", models.CharField(max_length=32)),
                ("earlier", models.CharField(db_index=True, max_length=32)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="comments.addresskey",
                    ),
                ),
            ],
            options={
                "verbose_name": "link of addresses",
                "verbose_name_plural": "links of addresses",
                "constraints": [
                    models.UniqueConstraint(fields=("later", "earlier"), name="address_link_once")
                ],
            },
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION same_address(varchar);"),
    ]
