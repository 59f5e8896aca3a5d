"""What every page knows."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from comments.models import SiteSettings


def site(request: HttpRequest) -> dict[str, object]:
    """Give templates the site's settings; read only where a template asks."""
    return {"site": SimpleLazyObject(SiteSettings.current)}
