"""Addresses of the rules, under /desk/rules/."""

from django.urls import include, path

from moderation.views.rulebook import editor, exchange, publishing, rules, versions

urlpatterns = [
    path("", rules.rules, name="rules"),
    path("lists/", include("moderation.views.rulebook.list_urls")),
    path("new/", editor.new_rule, name="new_rule"),
    path("rule/<slug:rule_key>/", editor.rule, name="rule"),
    path("rule/<slug:rule_key>/delete/", editor.delete, name="delete_rule"),
    path("rule/<slug:rule_key>/switch/", rules.switch_rule, name="switch_rule"),
    path("rule/<slug:rule_key>/move/", rules.move, name="move_rule"),
    path("publish/", publishing.publish, name="publish_rules"),
    path("discard/", publishing.discard, name="discard_rules"),
    path("versions/", versions.versions, name="versions"),
    path("versions/<int:number>/", versions.version, name="version"),
    path("versions/<int:number>/again/", versions.version_again, name="version_again"),
    path("versions/<int:number>/export/", exchange.export_version, name="export_version"),
    path("changes/", versions.changes, name="rule_changes"),
    path("exchange/", exchange.exchange, name="exchange_rules"),
    path("export/", exchange.export_draft, name="export_rules"),
    path("schema.json", exchange.rules_schema, name="rules_schema"),
]
