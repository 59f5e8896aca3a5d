"""Which fields of which models could hold something of a person, and what the rooms say of them."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from privacy.registry import rooms

_COULD_HOLD = (
    *(models.CharField, models.TextField, models.JSONField, models.UUIDField, ArrayField),
    *(models.BinaryField, models.GenericIPAddressField, models.FileField),
)
# Random names of rows and leases, the same in every model.
_RANDOM = {"public_id", "lease"}


def fields_that_could_hold() -> Iterator[str]:
    """Yield ``app.Model.field`` for each field of text, of JSON, of keys; choices hold nobody."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, _COULD_HOLD) or field.choices or field.name in _RANDOM:
                continue
            yield f"{model._meta.label}.{field.name}"


def fields_registered() -> dict[str, str]:
    """Return ``app.Model.field`` or ``app.Model`` -> "personal" or why it is not."""
    found = {}
    for room in rooms():
        for model, fields in room.personal.items():
            found |= {f"{model}.{field}": "personal" for field in fields}
        for model, reasons in room.impersonal.items():
            found |= {f"{model}.{field}": reason for field, reason in reasons.items()}
        found |= dict(room.impersonal_models)
    return found


def personal_fields() -> list[str]:
    """Return ``app.Model.field`` for each field that is personal."""
    return sorted(name for name, why in fields_registered().items() if why == "personal")
