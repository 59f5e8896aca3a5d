"""The page that publishes rules, and the versions that it makes."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.rules_data import asks

PAGE = reverse("moderation:publish_rules")
EVERYTHING = asks("text.length", "at_least", 0)
LONG = asks("text.length", "at_least", 400)


def words(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def seen(desk: Client, **more: str) -> dict[str, str]:
    """What the page's form sends, as it is now."""
    context = desk.get(PAGE).context
    return {"live": str(context["live"].number), "draft": context["draft"].stamp, **more}


def version(number: int, name: str = "version") -> str:
    return reverse(f"moderation:{name}", args=[number])
