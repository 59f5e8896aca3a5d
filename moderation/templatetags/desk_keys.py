"""The list of keys, for the panel that shows them."""

from django import template

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
