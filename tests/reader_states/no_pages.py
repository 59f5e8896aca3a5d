"""Addresses of readers that show no page of their own, and why."""

_FEED, _FILE, _FORM, _BACK = "a feed", "a file", "takes a form", "leads on to another page"
_PART = "a part of a page, for its scripts"
_FRAMED = "the reader's page in the frame, where what differs is shown by embed:article"

NO_PAGES = {
    "comments:section_feed": _FEED,
    "comments:article_feed": _FEED,
    "comments:feed": _FEED,
    "comments:sitemap": _FILE,
    "comments:sitemap_part": _FILE,
    "comments:robots": _FILE,
    "comments:favicon": _BACK,
    "comments:seen": _FORM,
    "comments:read": _FORM,
    "comments:state": _PART,
    "comments:reply": _BACK,
    "comments:send_erase_link": _FORM,
    "comments:call_off_erasure": _FORM,
    "comments:stop_mine": _FORM,
    "comments:forget_me": _FORM,
    "readers:transparency_file": _FILE,
    "embed:submit": _FORM,
    "embed:state": _PART,
    "embed:reply": _PART,
    "embed:report": _FRAMED,
    "embed:edit": _FRAMED,
    "embed:withdraw": _FRAMED,
    "embed:history": _FRAMED,
    "embed:mute": _FRAMED,
    "embed:disagree": _FRAMED,
    "embed:seen": _FORM,
    "embed:read": _FORM,
    "embed:counts": "numbers for scripts",
    "accounts:sign_out": _FORM,
    "account_logout": _FORM,
    "mfa_download_recovery_codes": _FILE,
    "mfa_login_webauthn": "numbers for scripts",
    "openid_connect_callback": _BACK,
    "metrics": _FILE,
    "media": _FILE,
}
