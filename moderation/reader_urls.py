"""Addresses of readers' pages that need the moderation room."""

from django.urls import path

from moderation.views.readers import (
    appeals,
    illegal_content,
    policies,
    statements,
    transparency,
)

app_name = "readers"
urlpatterns = [
    path("appeals/<str:token>/", appeals.appeal, name="appeal"),
    path("notices/illegal/", illegal_content.file, name="illegal_notice"),
    path("notices/illegal/<str:token>/", illegal_content.receipt, name="illegal_receipt"),
    path("transparency/", transparency.transparency, name="transparency"),
    path("transparency/numbers.csv", transparency.transparency_file, name="transparency_file"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<slug:slug>/", policies.policy, name="policy"),
    path("policies/<slug:slug>/<int:number>/", policies.policy, name="policy_version"),
    path("statements/<uuid:public_id>/", statements.own_statement, name="own_statement"),
    path("statements/<str:token>/", statements.statement, name="statement"),
    path("me/decisions/", statements.decisions, name="decisions"),
]
