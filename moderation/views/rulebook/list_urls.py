"""Addresses of the word lists, under /desk/rules/lists/."""

from django.urls import path

from moderation.views.rulebook import list_trying, lists

urlpatterns = [
    path("", lists.word_lists, name="word_lists"),
    path("add/", lists.add_word_list, name="add_word_list"),
    path("try/", list_trying.try_word_lists, name="try_word_lists"),
    path("<slug:list_key>/", lists.word_list, name="word_list"),
    path("<slug:list_key>/fill/", lists.fill_word_list, name="fill_word_list"),
    path("<slug:list_key>/take-out/", lists.take_out, name="take_out_of_word_list"),
    path("<slug:list_key>/rename/", lists.rename_word_list, name="rename_word_list"),
    path("<slug:list_key>/download/", lists.download_word_list, name="download_word_list"),
    path("<slug:list_key>/delete/", lists.delete_word_list, name="delete_word_list"),
]
