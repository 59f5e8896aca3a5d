"""Addresses of trials, under /desk/rules/trials/."""

from django.urls import path

from moderation.views.rulebook import trial_export, trials

urlpatterns = [
    path("", trials.trial_list, name="trials"),
    path("start/", trials.start_trial, name="start_trial"),
    path("<uuid:trial_id>/", trials.trial, name="trial"),
    path("<uuid:trial_id>/cancel/", trials.cancel_trial, name="cancel_trial"),
    path("<uuid:trial_id>/again/", trials.try_again, name="try_again"),
    path("<uuid:trial_id>/delete/", trials.delete_trial, name="delete_trial"),
    path("<uuid:trial_id>/surprises/<slug:kind>/", trials.surprises, name="trial_findings"),
    path(
        "<uuid:trial_id>/surprises/<slug:kind>/export/",
        trial_export.export_findings,
        name="export_findings",
    ),
    path("<uuid:trial_id>/findings/<int:finding_id>/wrong/", trials.mark_wrong, name="mark_wrong"),
]
