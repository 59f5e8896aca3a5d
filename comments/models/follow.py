"""Who wants to hear by mail of new comments, and of which."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models.article import Article
from comments.models.comment import Comment, Status


class Follow(models.Model):
    """One address follows the discussion of an article, or one thread in it.

    ``email`` is in lower case. ``user`` or ``guest_key`` say whose it is, where that is known: they
    get no letter about their own comments. Nothing is sent before ``confirmed_at``: whoever reads
    the mail of that address wants it. News until ``told_until`` are in letters already, the last of
    which was written at ``letter_at``; ``asked_at`` is when the address was last asked to confirm.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(gettext_lazy("e-mail address"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    guest_key = models.UUIDField(null=True, db_index=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="follows")
    thread = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="follows")
    created_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True)
    letter_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = gettext_lazy("follow")
        verbose_name_plural = gettext_lazy("follows")
        constraints = (
            models.UniqueConstraint(
                fields=["email", "article"],
                condition=Q(thread__isnull=True),
                name="follow_article_once",
            ),
            models.UniqueConstraint(
                fields=["email", "thread"],
                condition=Q(thread__isnull=False),
                name="follow_thread_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def about(self) -> str:
        """What the letters are about, for use in a sentence.

        Whoever began a thread is named as long as all can read what they began it with.
        """
        thread, title = self.thread, self.article.title
        if thread is None:
            return _("“%(title)s”") % {"title": title}
        if thread.status != Status.PUBLISHED:
            return _("a thread under “%(title)s”") % {"title": title}
        name = " ".join(thread.author_name.split())
        words = _("the thread that %(name)s began under “%(title)s”")
        return words % {"name": name, "title": title}
