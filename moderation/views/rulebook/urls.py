"""Addresses of the rules, under /desk/rules/."""

from django.urls import include, path

from moderation.views.rulebook import (
    automations,
    editor,
    exchange,
    letters,
    policies,
    publishing,
    rules,
    versions,
)

urlpatterns = [
    path("", rules.rules, name="rules"),
    path("lists/", include("moderation.views.rulebook.list_urls")),
    path("new/", editor.new_rule, name="new_rule"),
    path("rule/<slug:rule_key>/", editor.rule, name="rule"),
    path("rule/<slug:rule_key>/delete/", editor.delete, name="delete_rule"),
    path("rule/<slug:rule_key>/switch/", rules.switch_rule, name="switch_rule"),
    path("rule/<slug:rule_key>/move/", rules.move, name="move_rule"),
    path("trials/", include("moderation.views.rulebook.trial_urls")),
    path("publish/", publishing.publish, name="publish_rules"),
    path("discard/", publishing.discard, name="discard_rules"),
    path("versions/", versions.versions, name="versions"),
    path("versions/<int:number>/", versions.version, name="version"),
    path("versions/<int:number>/again/", versions.version_again, name="version_again"),
    path("versions/<int:number>/export/", exchange.export_version, name="export_version"),
    path("changes/", versions.changes, name="rule_changes"),
    path("automations/", automations.automations, name="automations"),
    path("automations/ask/", automations.ask_for, name="ask_automation"),
    path("automations/audits/", automations.change_audits, name="change_audits"),
    path("automations/<uuid:automation_id>/", automations.automation, name="automation"),
    path("automations/<uuid:automation_id>/again/", automations.ask_again, name="ask_again"),
    path("automations/<uuid:automation_id>/off/", automations.off, name="turn_off_automation"),
    path("policies/", policies.desk_policies, name="desk_policies"),
    path("policies/<slug:slug>/", policies.desk_policy, name="desk_policy"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<slug:kind>/<slug:language>/", letters.letter, name="letter"),
    path("exchange/", exchange.exchange, name="exchange_rules"),
    path("export/", exchange.export_draft, name="export_rules"),
    path("schema.json", exchange.rules_schema, name="rules_schema"),
]
