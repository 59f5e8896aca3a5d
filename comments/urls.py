"""Addresses of the reader's side: nouns, a UUID, a verb."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from comments.feeds import ArticleFeed, SectionFeed, SiteFeed
from comments.sitemaps import SITEMAPS
from comments.views import (
    article,
    follows,
    guests,
    history,
    looking,
    me,
    my_data,
    own,
    pages,
    reports,
    submit,
)

app_name = "comments"
urlpatterns = [
    path("", pages.index, name="index"),
    path("sections/<slug:slug>/", pages.section, name="section"),
    path("sections/<slug:slug>/feed/", SectionFeed(), name="section_feed"),
    path("tags/<slug:slug>/", pages.tag, name="tag"),
    path("articles/<slug:slug>/", article.article, name="article"),
    path("articles/<slug:slug>/feed/", ArticleFeed(), name="article_feed"),
    path("articles/<slug:slug>/comments/", submit.submit, name="submit"),
    path("articles/<slug:slug>/seen/", looking.seen, name="seen"),
    path("articles/<slug:slug>/read/", looking.read, name="read"),
    path("comments/<uuid:public_id>/", article.comment, name="comment"),
    path("comments/<uuid:public_id>/state/", article.state, name="state"),
    path("comments/<uuid:public_id>/reply/", submit.reply, name="reply"),
    path("comments/<uuid:public_id>/report/", reports.report, name="report"),
    path("comments/<uuid:public_id>/history/", history.history, name="history"),
    path("comments/<uuid:public_id>/edit/", own.edit, name="edit"),
    path("comments/<uuid:public_id>/withdraw/", own.withdraw, name="withdraw"),
    path("me/", me.comments, name="me"),
    path("me/data/", my_data.data, name="my_data"),
    path("me/erase/", my_data.erase, name="erase"),
    path("me/erase/send-link/", my_data.send_erase_link, name="send_erase_link"),
    path("me/erase/call-off/", my_data.call_off, name="call_off_erasure"),
    path("me/erase/confirm/<str:token>/", my_data.erase_confirm, name="erase_confirm"),
    path("erased/<uuid:public_id>/", my_data.erased, name="erased"),
    path("privacy/", my_data.what_is_kept, name="privacy"),
    path("me/follows/", follows.follows, name="follows"),
    path("me/follows/<uuid:public_id>/stop/", follows.stop_mine, name="stop_mine"),
    path("articles/<slug:slug>/follow/", follows.follow, name="follow"),
    path("follows/confirm/<str:token>/", follows.confirm, name="confirm_follow"),
    path("follows/stop/<str:token>/", follows.stop, name="stop_follow"),
    path("me/link/", guests.ask_for_link, name="ask_for_link"),
    path("me/link/<str:token>/", guests.open_link, name="open_link"),
    path("me/forget/", guests.forget, name="forget_me"),
    path("me/join/", guests.join, name="join_guests"),
    path("comments/<uuid:public_id>/mute/", looking.mute, name="mute"),
    path("comments/<uuid:public_id>/disagree/", looking.disagree, name="disagree"),
    path("me/mutes/", looking.mute_list, name="mutes"),
    path("feed/", SiteFeed(), name="feed"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "comments:sitemap_part"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        sitemap_views.sitemap,
        {"sitemaps": SITEMAPS},
        name="sitemap_part",
    ),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
]
