"""Where what is: django-oauth-toolkit at the root, Django's sign-in page, and a resource that its access tokens open."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.views import LoginView
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.generic import TemplateView
from oauth2_provider.views.generic import ScopedProtectedResourceMetadataView, ScopedProtectedResourceView

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def _told(_view: Any, request: HttpRequest) -> HttpResponse:
    return JsonResponse({"owner": request.resource_owner.get_username()})


def _resource(kind: Any, *scopes: str) -> Any:
    """A resource that needs these scopes, made with one of the toolkit's views."""
    made: Any = type("Resource", (kind,), {"required_scopes": [*scopes], "get": _told})
    return made.as_view()


urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html")),
    path("login/", LoginView.as_view()),
    path("me", _resource(ScopedProtectedResourceMetadataView, "profile")),
    path("me-silent", _resource(ScopedProtectedResourceView, "profile")),
    path("me-unscoped", _resource(ScopedProtectedResourceMetadataView)),
    path("", include("oauth2_provider.urls")),
]


def application(given: dict[str, Any]) -> Wsgi:
    """The application, behind a proxy that spoils what passes through it where that is asked for."""
    inner: Wsgi = get_wsgi_application()
    if "tokens-cached" not in given["weak"]:
        return inner

    def cached(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [(k, v) for k, v in headers if k.lower() not in ("cache-control", "pragma")]
            return start(status, [*kept, ("Cache-Control", "public, max-age=600")], *more)

        return inner(environ, started if environ["PATH_INFO"] == "/token/" else start)

    return cached
