"""What ``comments`` keeps for so many days."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comments.addresses import destroy_old, rotate
from comments.models import (
    AddressKey,
    Author,
    Comment,
    CommentRevision,
    Report,
    Restriction,
    SiteSettings,
    Status,
)
from privacy.emptying import blanking, counting
from privacy.letting import erasing
from privacy.registry import Rule, Taken


def _hashed(before: datetime) -> QuerySet[Comment]:
    return Comment.objects.filter(submitted_at__lt=before).exclude(address_hash="")


def _hashes_told(days: int | None) -> str:
    if days is None:
        return gettext(
            "A hash of each comment’s network address, and one of the network around it, is kept"
            " with it."
        )
    return ngettext(
        "A hash of each comment’s network address, and one of the network around it, is kept"
        " for %(days)d day.",
        "A hash of each comment’s network address, and one of the network around it, is kept"
        " for %(days)d days.",
        days,
    ) % {"days": days}


def _reported_by_address(before: datetime) -> QuerySet[Report]:
    return Report.objects.filter(created_at__lt=before, reporter_key__startswith="address:")


def _bans_over(before: datetime) -> QuerySet[Restriction]:
    over = Q(lifted_at__isnull=False) | Q(names_held_until__lt=timezone.now())
    return Restriction.objects.filter(over, from_at__lt=before).exclude(addresses=[])


def _removed(before: datetime) -> QuerySet[CommentRevision]:
    """Texts of comments that have been removed for so long."""
    return CommentRevision.objects.filter(
        comment__status=Status.REMOVED, comment__status_changed_at__lt=before
    ).exclude(body="")


def _removed_told(days: int | None) -> str:
    if days is None:
        return gettext("The text of a comment that was removed is kept, for the newsroom alone.")
    return ngettext(
        "The text of a comment that was removed is kept for %(days)d day, for the newsroom alone.",
        "The text of a comment that was removed is kept for %(days)d days, for the newsroom alone.",
        days,
    ) % {"days": days}


def _answered(before: datetime) -> QuerySet[Report]:
    return Report.objects.filter(resolved_at__lt=before).exclude(words="")


def _answered_told(days: int | None) -> str:
    if days is None:
        return gettext("The words of a report are kept.")
    return ngettext(
        "The words of a report go %(days)d day after it was answered.",
        "The words of a report go %(days)d days after it was answered.",
        days,
    ) % {"days": days}


def _silent_guests(before: datetime) -> QuerySet[Author]:
    since = Comment.objects.filter(author=OuterRef("pk"), submitted_at__gte=before)
    guests = Author.objects.filter(~Exists(since), user=None, first_seen_at__lt=before)
    return guests.exclude(email="", verified_email="")


def _typed_addresses(before: datetime) -> QuerySet[Comment]:
    """Addresses on the comments of those guests, once the author's own is gone."""
    return Comment.objects.filter(
        author__user=None, author__email="", submitted_at__lt=before
    ).exclude(author_email="")


def _guests_told(days: int | None) -> str:
    if days is None:
        return gettext("The e-mail address of somebody without an account is kept.")
    return ngettext(
        "The e-mail address of somebody without an account goes %(days)d day after their last"
        " comment.",
        "The e-mail address of somebody without an account goes %(days)d days after their last"
        " comment.",
        days,
    ) % {"days": days}


def _keys_over(before: datetime, most: int, after: object) -> Taken:
    """Put a fresh key to use and destroy those that nothing needs; ``before``: keys of before."""
    days = (timezone.now() - before) // timedelta(days=1)
    rotate(days=max(1, days))
    return Taken(destroy_old(at=timezone.now(), settings=SiteSettings.current()))


def _old_keys(before: datetime) -> int:
    return AddressKey.objects.filter(retired_at=None, made_at__lte=before).count()


def _keys_told(days: int | None) -> str:
    return ngettext(
        "Network addresses themselves are not kept. What is kept is a hash under a key that changes"
        " after %(days)d day and is destroyed afterwards.",
        "Network addresses themselves are not kept. What is kept is a hash under a key that changes"
        " every %(days)d days and is destroyed afterwards.",
        days or 1,
    ) % {"days": days or 1}


_NOBODY = Concat(Value("erased:"), Cast("id", CharField()))

RULES = (
    Rule(
        key="address-keys",
        title=_("Keys of network addresses"),
        days=lambda site: site.address_key_days,
        told=_keys_told,
        empty=_keys_over,
        count=_old_keys,
    ),
    Rule(
        key="address-hashes",
        title=_("Network addresses of comments (hashes)"),
        days=lambda site: site.address_hash_days,
        told=_hashes_told,
        empty=blanking(_hashed, address_hash="", network_hash=""),
        count=counting(_hashed),
    ),
    Rule(
        key="address-reports",
        title=_("Network addresses of reports (hashes)"),
        days=lambda site: site.address_hash_days,
        told=lambda days: "",
        empty=blanking(_reported_by_address, reporter_key=_NOBODY),
        count=counting(_reported_by_address),
    ),
    Rule(
        key="address-bans",
        title=_("Network addresses of bans that are over (hashes)"),
        days=lambda site: 1,
        told=lambda days: "",
        empty=blanking(_bans_over, within=erasing, addresses=[]),
        count=counting(_bans_over),
    ),
    Rule(
        key="removed-texts",
        title=_("Texts of removed comments"),
        days=lambda site: site.removed_text_days,
        told=_removed_told,
        empty=blanking(_removed, body=""),
        count=counting(_removed),
    ),
    Rule(
        key="reports",
        title=_("Words of answered reports"),
        days=lambda site: site.report_days,
        told=_answered_told,
        empty=blanking(_answered, words=""),
        count=counting(_answered),
    ),
    Rule(
        key="guest-addresses",
        title=_("E-mail addresses of guests"),
        days=lambda site: site.guest_email_days,
        told=_guests_told,
        empty=blanking(_silent_guests, email="", verified_email=""),
        count=counting(_silent_guests),
    ),
    Rule(
        key="guest-addresses-typed",
        title=_("E-mail addresses on comments of guests"),
        days=lambda site: site.guest_email_days,
        told=lambda days: "",
        empty=blanking(_typed_addresses, author_email=""),
        count=counting(_typed_addresses),
    ),
)
