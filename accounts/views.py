"""The page of one's own account: the name, and where everything else is changed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.allauth_forms import NameForm
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account, and change the name that stands above one's comments."""
    assert isinstance(request.user, User)  # noqa: S101, login_required
    user = request.user
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        messages.success(request, gettext("Your name is saved. What you wrote before keeps its."))
        return redirect("accounts:account")
    context = {"place": "account", "form": form}
    response = render(request, "accounts/account.html", context, status=422 if form.errors else 200)
    patch_cache_control(response, private=True, no_cache=True)
    return response
