"""What every page knows."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from comments.embedding.frame import frame_of
from comments.models import SiteSettings


def site(request: HttpRequest) -> dict[str, object]:
    """Give templates the site's settings; read only where a template asks.

    ``layout``: what a page extends that is shown on the site and in frames alike. In a frame, the
    token of its forms is the frame's own.
    """
    frame = frame_of(request)
    if frame is None:
        return {"site": SimpleLazyObject(SiteSettings.current), "layout": "base.html"}
    return {
        "site": frame.site,
        "layout": "embed/base.html",
        "frame": frame,
        "csrf_token": SimpleLazyObject(lambda: frame.ticket),
    }
