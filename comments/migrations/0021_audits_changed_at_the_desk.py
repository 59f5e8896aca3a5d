"""The share of audits is changed at the desk alone."""

from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0020_not_mine"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sitesettings",
            name="audit_percent",
            field=models.DecimalField(
                decimal_places=1,
                default=Decimal(5),
                editable=False,
                max_digits=4,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="audits (percent of what rules remove)",
            ),
        ),
    ]
