"""What it takes to show comments in pages of other sites: for site admins."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments.models import Article, SiteSettings
from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.queues import chrome


@require_safe
@csp_update({"frame-src": [SELF]})
@admin_view
def embed(request: DeskRequest) -> HttpResponse:
    """Show the two lines to paste, who may use them, and how the newest article looks in a frame.

    ``?article=``: another one, by its slug.
    """
    site = SiteSettings.current()
    shown = Article.objects.filter(published_at__lte=timezone.now())
    slug = request.GET.get("article", "")
    article = shown.filter(slug=slug).first() if slug else shown.first()
    context = {
        **chrome(Desk(user=request.user, filters=QueueFilters(), at=database_now())),
        "room": "embed",
        "site": site,
        "origins": site.allowed_origins(),
        "article": article,
        "script": f"{settings.SITE_URL}{settings.STATIC_URL}js/embed.js",
        "origin": settings.SITE_URL,
        "change": reverse("admin:comments_sitesettings_changelist"),
    }
    return render(request, "moderation/embed.html", context)
