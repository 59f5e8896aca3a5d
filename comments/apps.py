from django.apps import AppConfig
from django.db.models.signals import post_save, pre_save
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Articles and comments")

    def ready(self) -> None:
        """Have every article cleaned on its way into the database, and its closing noted.

        Guests join accounts, and badges follow their people's roles.
        """
        from accounts.models import User
        from comments import (  # noqa: F401
            personal,
            personal_looking,
            receivers,
            writing_personal,
        )
        from comments.article_html import clean_before_saving
        from comments.badges import follow_role
        from comments.closing import keep_moment
        from comments.models import Article
        from comments.news import KIND, write
        from mailing.letters import write_when_sent

        pre_save.connect(clean_before_saving, sender=Article, dispatch_uid="clean_article")
        write_when_sent(kind=KIND, write=write)
        pre_save.connect(keep_moment, sender=Article, dispatch_uid="article_closed")
        post_save.connect(follow_role, sender=User, dispatch_uid="badges")
