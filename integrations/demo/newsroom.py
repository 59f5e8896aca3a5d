"""Setting up the paper: its name, sections, accounts, listed words, and printed articles."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.verified import vouch_for
from comments.models import Article, Section, SiteSettings, Tag
from integrations.demo import story
from integrations.demo.pictures import draw
from integrations.slugs import named
from moderation.models import Queue, QueuePromise, SavedFilter, WordList
from moderation.rule_sets import publish

MARK = "demo:"


def is_here() -> bool:
    """Whether the demo was loaded into this site before."""
    return Article.objects.filter(imported_from__startswith=MARK).exists()


def open_accounts(*, password: str) -> dict[str, User]:
    """Create the demo's accounts, or find them; returns them by e-mail address."""
    # One hash for all: the password is public, and hashing is slow on purpose.
    hashed = make_password(password)
    accounts = {}
    for person in story.people():
        accounts[person.email], created = User.objects.get_or_create(
            email=person.email,
            defaults={"name": person.name, "role": person.role, "password": hashed},
        )
        if created:
            vouch_for(accounts[person.email])
    return accounts


def name_the_paper() -> None:
    """Give the site the paper's name and sections; a site that has a name keeps it."""
    if not SiteSettings.objects.exists():
        SiteSettings.objects.create(pk=1, **story.paper()["site"])
    for position, entry in enumerate(story.paper()["sections"], start=1):
        Section.objects.get_or_create(
            slug=entry["slug"], defaults={"name": entry["name"], "position": position}
        )


def list_words(*, by: User) -> None:
    """Put a few harmless words on the lists that are still empty, and make them live."""
    changed = False
    for use, words in story.paper()["words"].items():
        empty = WordList.objects.filter(use=use, entries="").first()
        if empty is not None:
            empty.entries = "\n".join(words)
            empty.save()
            changed = True
    if changed:
        publish(by=by, note=_("A few words for the demo's lists"))


def promise_and_save(*, by: User) -> None:
    """Promise something about two queues, and share a filter and a search with the desk."""
    for queue, minutes in ((Queue.WAITING, 60), (Queue.ESCALATED, 240)):
        QueuePromise.objects.get_or_create(queue=queue, defaults={"minutes": minutes})
    for name, queue_of, query in (
        (_("Strong insults"), Queue.WAITING.value, "label=insult&min=0.8"),
        (_("Removed so far"), "", "status=removed"),
    ):
        SavedFilter.objects.get_or_create(
            owner=by, name=name, defaults={"queue": queue_of, "query": query, "is_shared": True}
        )


def print_article(*, told: story.Story, now: datetime) -> Article:
    """Store an article with its picture and tags, published as many days ago as it says."""
    article = Article(
        slug=told.slug,
        section=Section.objects.get(slug=told.section.lower()),
        body=told.body,
        picture=_picture(told),
        published_at=now - timedelta(days=told.days_ago),
        imported_from=f"{MARK}{told.slug}",
        # Open while the demo's readers write; told.fields may close it afterwards.
        **{name: value for name, value in told.fields.items() if name != "comments_mode"},
    )
    article.save()
    article.tags.set(named(Tag, tag) for tag in told.tags)
    return article


def close_where_told(*, told: story.Story, article: Article) -> None:
    """Close the discussion of an article that the demo shows closed."""
    mode = told.fields.get("comments_mode")
    if mode is not None:
        Article.objects.filter(pk=article.pk).update(comments_mode=mode)


def _picture(told: story.Story) -> str:
    name = f"pictures/demo-{told.slug}.jpg"
    default_storage.delete(name)  # what a demo that was broken off may have left
    return default_storage.save(name, ContentFile(draw(told.picture)))
