"""What is kept of how a person reads: what they may download, how it goes, and when."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments.erasing import reporter_keys_of
from comments.models import Disagreement, Visit
from comments.mutes import mutes_of
from comments.readers import VISITS_KEPT, forget
from privacy.emptying import counting, deleting
from privacy.registry import Eraser, Person, Room, Row, Rule, Share, register


def _visits(person: Person) -> Iterator[Row]:
    found = Visit.objects.filter(reader_key__in=reporter_keys_of(person))
    for visit in found.select_related("article").order_by("id").iterator():
        yield {"article": visit.article.title, "seen_at": visit.seen_at, "before": visit.since}


def _mutes(person: Person) -> Iterator[Row]:
    for key in reporter_keys_of(person):
        for mute in mutes_of(reader_key=key):
            yield {"name": mute.name, "muted_at": mute.made_at}


def _disagreements(person: Person) -> Iterator[Row]:
    found = Disagreement.objects.filter(reader_key__in=reporter_keys_of(person))
    for row in found.select_related("comment").order_by("id").iterator():
        address = f"{settings.SITE_URL}{row.comment.get_absolute_url()}"
        yield {"comment": address, "said_at": row.made_at}


def _erase(person: Person, stays: bool) -> Mapping[str, int]:
    return {"looking": sum(forget(key=key) for key in reporter_keys_of(person))}


def _old_visits(before: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(seen_at__lt=before)


def _told(days: int | None) -> str:
    return ngettext(
        "Of a reader with an account, the last visit to each discussion is kept for %(days)d day.",
        "Of a reader with an account, the last visit to each discussion is kept for %(days)d days.",
        days or 0,
    ) % {"days": days}


register(
    Room(
        name="comments, looking",
        personal={
            "comments.Visit": ("reader_key",),
            "comments.Mute": ("reader_key",),
            "comments.Disagreement": ("reader_key",),
        },
        impersonal_models={
            "comments.DiscussionRead": "numbers of readers by hour, of nobody in particular",
            "comments.Pick": "the newsroom's own choice",
        },
        shares=(
            Share(
                "visits",
                _("Discussions you looked at"),
                _visits,
                called={"seen_at": _("Last visit"), "before": _("Visit before that")},
            ),
            Share("mutes", _("Readers you muted"), _mutes, called={"muted_at": _("When")}),
            Share("disagreements", _("What you disagreed with"), _disagreements),
        ),
        # Before the author's own row goes, which knows the guest's key.
        erasers=(Eraser(step=30, erase=_erase),),
        rules=(
            Rule(
                key="visits",
                title=_("Visits to discussions"),
                days=lambda site: VISITS_KEPT.days,
                told=_told,
                empty=deleting(_old_visits),
                count=counting(_old_visits),
            ),
        ),
    )
)
