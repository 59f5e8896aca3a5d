"""Addresses of the desk: nouns, an id, a verb."""

from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("queues/<slug:queue>/", views.queue, name="queue"),
    path("counts/", views.counts, name="counts"),
    path("items/<uuid:item_id>/", views.item, name="item"),
    path("items/<uuid:item_id>/decide/", views.decide_item, name="decide_item"),
    path("items/<uuid:item_id>/claim/", views.claim_item, name="claim_item"),
    path("items/<uuid:item_id>/release/", views.release_item, name="release_item"),
    path("items/<uuid:item_id>/look/", views.look, name="look"),
    path("items/<uuid:item_id>/look-closer/", views.look_closer, name="look_closer"),
    path("search/", views.search, name="search"),
    path("search/export/", views.search_export, name="search_export"),
    path("filters/", views.saved_filters_page, name="saved_filters"),
    path("filters/save/", views.save_filter_view, name="save_filter"),
    path("filters/<uuid:filter_id>/rename/", views.rename_filter_view, name="rename_filter"),
    path("filters/<uuid:filter_id>/delete/", views.delete_filter_view, name="delete_filter"),
    path("decided/", views.decided, name="decided"),
    path("decisions/<uuid:decision_id>/undo/", views.undo_decision, name="undo_decision"),
    path("comments/<uuid:comment_id>/", views.comment, name="comment"),
    path("comments/<uuid:comment_id>/decide/", views.decide_comment, name="decide_comment"),
    path("comments/<uuid:comment_id>/alike/", views.alike, name="alike"),
    path("comments/<uuid:comment_id>/above/", views.above, name="above"),
    path(
        "comments/<uuid:comment_id>/reports/<int:report_id>/answer/",
        views.answer_report,
        name="answer_report",
    ),
    path("learning/", views.learning, name="learning"),
    path("learning/switch/", views.switch_learning, name="switch_learning"),
    path("rescorings/", views.rescorings, name="rescorings"),
    path("rescorings/start/", views.start_rescoring, name="start_rescoring"),
    path("rescorings/<uuid:rescoring_id>/", views.rescoring, name="rescoring"),
    path("rescorings/<uuid:rescoring_id>/stop/", views.stop_rescoring, name="stop_rescoring"),
    path("rescorings/<uuid:rescoring_id>/go-on/", views.go_on_rescoring, name="go_on_rescoring"),
    path("batches/", views.batch_list, name="batches"),
    path("batches/start/", views.start_batch, name="start_batch"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("batches/<uuid:batch_id>/stop/", views.stop_batch, name="stop_batch"),
    path("batches/<uuid:batch_id>/go-on/", views.go_on_batch, name="go_on_batch"),
    path("batches/<uuid:batch_id>/undo/", views.undo_batch, name="undo_batch"),
    path("authors/<uuid:author_key>/", views.author, name="author"),
]
