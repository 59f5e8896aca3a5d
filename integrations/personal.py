"""What ``integrations`` holds of a person: nothing but a list of past deliveries to the desk."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from integrations.webhooks.models import Delivery, DeliveryState
from privacy.emptying import counting, deleting
from privacy.registry import Room, Rule, register


def _settled(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(settled_at__lt=before).exclude(state=DeliveryState.WAITING)


register(
    Room(
        name="integrations",
        impersonal_models={
            "integrations.Endpoint": "channels and programs of the newsroom",
            "integrations.Delivery": "counts, ages and a link to the desk; no text and no name",
            "integrations.Attempt": "what a receiver answered, as a number",
        },
        rules=(
            Rule(
                key="deliveries",
                title=_("Deliveries of webhooks"),
                days=lambda site: site.delivery_days,
                told=lambda days: "",
                empty=deleting(_settled),
                count=counting(_settled),
            ),
        ),
    )
)
