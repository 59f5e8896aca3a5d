"""How many decisions get a second look."""

from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_room_for_updates"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="double_review_percent",
            field=models.DecimalField(
                decimal_places=1,
                default=Decimal(3),
                help_text="So many of the approvals and removals that people make are shown to a second moderator, who does not know the first decision. 0 turns it off.",
                max_digits=4,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="second looks (percent of moderators' decisions)",
            ),
        ),
    ]
