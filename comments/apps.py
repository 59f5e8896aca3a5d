from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Articles and comments")

    def ready(self) -> None:
        """Have every article cleaned on its way into the database, and guests join accounts."""
        from comments import personal, receivers, writing_personal  # noqa: F401
        from comments.article_html import clean_before_saving
        from comments.models import Article
        from comments.news import KIND, write
        from mailing.letters import write_when_sent

        pre_save.connect(clean_before_saving, sender=Article, dispatch_uid="clean_article")
        write_when_sent(kind=KIND, write=write)
