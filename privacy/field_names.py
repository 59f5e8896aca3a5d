"""What fields of a download are called on its page, where several parts have them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: Mapping[str, Promise] = {
    "article": _("Article"),
    "comment": _("Comment"),
    "decided_at": _("Decided"),
    "email": _("E-mail address"),
    "filed_at": _("Sent"),
    "kind": _("Kind"),
    "made_at": _("When"),
    "name": _("Name"),
    "network_address_hash": _("Hash of the network address"),
    "network_hash": _("Hash of the network around it"),
    "number": _("Number"),
    "outcome": _("Outcome"),
    "policy": _("Rule"),
    "reason": _("Reason"),
    "said_at": _("When"),
    "sent_at": _("Sent"),
    "text": _("Text"),
    "written_at": _("Written"),
    "your_words": _("Your words"),
}
