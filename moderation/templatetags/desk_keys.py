"""The list of keys, for the panel that shows them; questions and their answers."""

from django import template
from django.utils.functional import Promise

from accounts.models import User
from moderation import questions
from moderation.keys import ALWAYS, GROUPS, Group, Key

register = template.Library()


@register.simple_tag
def key_groups() -> tuple[Group, ...]:
    """Return every key that presses something, by group."""
    return GROUPS


@register.simple_tag
def keys_always() -> tuple[Key, ...]:
    """Return the keys that work whatever is open."""
    return ALWAYS


@register.simple_tag
def unseen_answers(user: User) -> int:
    """Return how many answers this person has not seen. One query."""
    return questions.unseen(user)


@register.simple_tag
def ready_questions() -> tuple[Promise, ...]:
    """Return questions that are asked often, in the order of their digits."""
    return questions.READY
