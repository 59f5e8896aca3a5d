"""Addresses of the rules, under /desk/rules/."""

from django.urls import path

from moderation.views.rulebook import editor, rules

urlpatterns = [
    path("", rules.rules, name="rules"),
    path("new/", editor.new_rule, name="new_rule"),
    path("rule/<slug:rule_key>/", editor.rule, name="rule"),
    path("rule/<slug:rule_key>/delete/", editor.delete, name="delete_rule"),
    path("rule/<slug:rule_key>/switch/", rules.switch_rule, name="switch_rule"),
    path("rule/<slug:rule_key>/move/", rules.move, name="move_rule"),
]
