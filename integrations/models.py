"""What integrations store."""

from integrations.webhooks.models import Attempt, Delivery, Endpoint

__all__ = ["Attempt", "Delivery", "Endpoint"]
