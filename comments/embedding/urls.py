"""Addresses of the embed: those of readers, as a frame shows them, and a few of its own."""

from django.urls import path

from comments.embedding import views
from comments.embedding.frame import framed
from comments.views import article, history, looking, own, reports
from comments.views import submit as submitting

app_name = "embed"
urlpatterns = [
    path("", views.page, name="page"),
    path("articles/<slug:slug>/", framed(article.article), name="article"),
    path("articles/<slug:slug>/comments/", views.submit, name="submit"),
    path("comments/<uuid:public_id>/", framed(article.comment), name="comment"),
    path("comments/<uuid:public_id>/state/", framed(article.state), name="state"),
    path("comments/<uuid:public_id>/reply/", framed(submitting.reply), name="reply"),
    path("comments/<uuid:public_id>/report/", framed(reports.report), name="report"),
    path("comments/<uuid:public_id>/edit/", framed(own.edit), name="edit"),
    path("comments/<uuid:public_id>/withdraw/", framed(own.withdraw), name="withdraw"),
    path("comments/<uuid:public_id>/history/", framed(history.history), name="history"),
    path("comments/<uuid:public_id>/mute/", framed(looking.mute), name="mute"),
    path("comments/<uuid:public_id>/disagree/", framed(looking.disagree), name="disagree"),
    path("articles/<slug:slug>/seen/", framed(looking.seen), name="seen"),
    path("articles/<slug:slug>/read/", framed(looking.read), name="read"),
    path("counts/", views.counts, name="counts"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("join/", views.join, name="join"),
]
