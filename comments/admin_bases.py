"""What the admin's pages are made of."""

from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

__all__ = ["ModelAdmin", "ModelForm", "ReadOnlyAdmin", "TabularInline"]

AnyModel = TypeVar("AnyModel", bound=Model)

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin import TabularInline as _TabularInline
    from django.forms import ModelForm

    class TabularInline(_TabularInline[AnyModel, Model]):
        """Rows of another table on an object's page."""
else:
    # The type checker knows these as generic; Django does not.
    class ModelAdmin(admin.ModelAdmin):
        """Django's, with the model in brackets."""

        __class_getitem__ = classmethod(lambda cls, _model: cls)

    class TabularInline(admin.TabularInline):
        """Django's, with the model in brackets."""

        __class_getitem__ = classmethod(lambda cls, _model: cls)

    class ModelForm(forms.ModelForm):
        """Django's, with the model in brackets."""

        __class_getitem__ = classmethod(lambda cls, _model: cls)


class ReadOnlyAdmin(ModelAdmin[AnyModel]):
    """Every row can be looked at; none can be added, changed or deleted.

    Comments and what was decided about them change through ``moderation.decisions`` alone.
    """

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever is in the admin may look."""
        return self.admin_site.has_permission(request)
