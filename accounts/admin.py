"""Accounts in the Django admin."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.verified import is_verified, vouch_for

if TYPE_CHECKING:
    _UserAdmin = DjangoUserAdmin[User]
    _NewUserForm = AdminUserCreationForm[User]
    _UserForm = UserChangeForm[User]
else:
    _UserAdmin, _NewUserForm, _UserForm = DjangoUserAdmin, AdminUserCreationForm, UserChangeForm

# Rights come from roles alone.
admin.site.unregister(Group)


class NewUserForm(_NewUserForm):
    """An account with an address, a name, a role, and a password if it has one already."""

    class Meta:
        model = User
        fields = ("email", "name", "role")

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).strip().lower()


class UserForm(_UserForm):
    """An account as it is; somebody who can do everything must remain."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "is_active", "password")

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any] | None:
        """Refuse to leave the site without a site admin."""
        cleaned = super().clean()
        self._refuse_a_stranger()
        stays = self.cleaned_data.get("role") == Role.SITE_ADMIN and self.cleaned_data.get(
            "is_active"
        )
        if not stays and self._is_last_site_admin():
            raise ValidationError(
                _("This is the only site admin. Make somebody else one first, then change this.")
            )
        return cleaned

    def _refuse_a_stranger(self) -> None:
        """Refuse more than a reader's rights to an address that nobody has shown to be theirs.

        Anybody may sign up with a colleague's address and wait for somebody to raise the account.
        """
        raised = self.cleaned_data.get("role") not in (None, Role.READER)
        kept = self.cleaned_data.get("email") == self.initial.get("email")
        if raised and kept and not is_verified(self.instance):
            raise ValidationError(
                _(
                    "Nobody has shown yet that this address is theirs. Ask them to sign in once"
                    " with the code that is mailed to them, then change this."
                )
            )

    def _is_last_site_admin(self) -> bool:
        # Locked: of two site admins who demote each other at once, the second finds out.
        admins = User.objects.select_for_update().filter(role=Role.SITE_ADMIN, is_active=True)
        ids = set(admins.order_by("pk").values_list("pk", flat=True))
        return ids == {self.instance.pk}


@admin.register(User)
class UserAdmin(_UserAdmin):
    """Accounts are closed, not deleted: decisions name those who made them."""

    form = UserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("joined_at", "last_login")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("What this person may do"), {"fields": ("role", "is_active")}),
        (_("Dates"), {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "role", "usable_password", "password1", "password2"),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Take an address that a site admin typed for its owner's; the admin answers for it."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            vouch_for(obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody deletes an account here."""
        return False
