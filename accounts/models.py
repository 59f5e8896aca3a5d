"""Who may do what: people sign in by e-mail and hold one role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Each role may do what the ones above it may."""

    READER = "reader", _("Reader")
    MODERATOR = "moderator", _("Moderator")
    SENIOR_MODERATOR = "senior_moderator", _("Senior moderator")
    SITE_ADMIN = "site_admin", _("Site admin")


MODERATING = frozenset({Role.MODERATOR, Role.SENIOR_MODERATOR, Role.SITE_ADMIN})
SENIOR = frozenset({Role.SENIOR_MODERATOR, Role.SITE_ADMIN})


class UserManager(BaseUserManager["User"]):
    """Creates users; addresses are kept in lower case so that one person is one user.

    Who signs up does not come this way (see ``adapters``): whoever does may run code on the server,
    and answers for the address.
    """

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user whose address is known to be theirs. Raises ValueError without one."""
        from accounts.verified import vouch_for

        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        vouch_for(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a site admin, as ``manage.py createsuperuser`` asks."""
        return self.create_user(
            email, password, **{"role": Role.SITE_ADMIN, "is_superuser": True, **fields}
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find somebody who signs in, whatever the case of the address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.READER)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Somebody who is not active cannot sign in.")
    )
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="user_role_known"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens: for site admins alone."""
        return self.is_active and self.role == Role.SITE_ADMIN

    @property
    def is_moderator(self) -> bool:
        """Whether the desk opens."""
        return self.is_active and self.role in MODERATING

    @property
    def is_senior(self) -> bool:
        """Whether escalated comments are this person's to decide."""
        return self.is_active and self.role in SENIOR

    @property
    def is_site_admin(self) -> bool:
        """Whether rules, articles and people are this person's to change."""
        return self.is_staff

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Site admins may use every part of the Django admin; its parts refuse what they must."""
        return self.is_site_admin or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Site admins see every part of the Django admin."""
        return self.is_site_admin or super().has_module_perms(app_label)


class UsedLink(models.Model):
    """A link of a letter that works once, and did (``accounts.signed_links``).

    What it opened is not kept: ``digest`` is a hash of it.
    """

    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("used link")
        verbose_name_plural = _("used links")

    def __str__(self) -> str:
        return f"{self.used_at:%Y-%m-%d %H:%M}"


class Session(AbstractBaseSession):
    """A browser's session, as Django keeps it, and the account that is signed in there."""

    # No constraint: a session that outlives its account for a moment is nobody's, and no error.
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, db_constraint=False)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return what reads and writes sessions."""
        from accounts.known import SessionStore

        return SessionStore
