"""Weaknesses by name: options of django-oauth-toolkit and Django, or lines that their users add.

tests/django_server.py says which check must find which.
"""

from typing import Any

#: Options of django-oauth-toolkit that undo the strict ones.
OPTIONS: dict[str, dict[str, Any]] = {
    "pkce-optional": {"PKCE_REQUIRED": False},
    "pkce-plain": {"COMPLIANT_BCP_RFC9700_PKCE_METHOD": False},
    "redirect-wildcard": {"ALLOW_URI_WILDCARDS": True},
    "iss-missing": {"COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": False},
    "refresh-kept": {"ROTATE_REFRESH_TOKEN": False},
    "reuse-unnoticed": {"REFRESH_TOKEN_REUSE_PROTECTION": False},
    "bearer-query": {"COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": False},
    "long-lived": {"ACCESS_TOKEN_EXPIRE_SECONDS": 30 * 86400},
    "code-long-lived": {"AUTHORIZATION_CODE_EXPIRE_SECONDS": 3600},
    "registration-open": {
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
    },
    "implicit": {
        "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": False,
        "OIDC_RESPONSE_TYPES_SUPPORTED": ["code", "token", "id_token", "id_token token"],
        "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code", "token"],
    },
    "password-grant": {
        "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": False,
        "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token", "password"],
    },
}


def settled(settings: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The settings with the weaknesses that are options in them."""
    weak = given["weak"]
    for name in weak:
        settings["OAUTH2_PROVIDER"] |= OPTIONS.get(name, {})
    if "framed" in weak:
        settings["MIDDLEWARE"].remove("django.middleware.clickjacking.XFrameOptionsMiddleware")
        settings["SECURE_REFERRER_POLICY"] = None
    return settings


def undone(weak: list[str]) -> None:
    """Rules of the toolkit undone, as projects do that override its models and views."""
    from oauth2_provider.models import Application
    from oauth2_provider.views import AuthorizationView, RPInitiatedLogoutView

    if {"implicit", "password-grant"} & set(weak):
        # what the toolkit's documentation advises to those who want several grants for one application
        Application.allows_grant_type = lambda _self, *_types: True
    if "logout-open" in weak:
        RPInitiatedLogoutView.validate_post_logout_redirect_uri = lambda _self, _application, _uri: None
    if "open-redirector" in weak:
        AuthorizationView.error_response = _redirecting(AuthorizationView.error_response)


def _redirecting(before: Any) -> Any:
    from django.http import HttpResponseRedirect

    def error_response(view: Any, error: Any, application: Any, **kwargs: Any) -> Any:
        """Tell every error to the address in the request, as an impatient developer might."""
        place = view.request.GET.get("redirect_uri", "")
        if not place.startswith("https://"):
            return before(view, error, application, **kwargs)
        mark = "&" if "?" in place else "?"
        return HttpResponseRedirect(f"{place}{mark}error={error.oauthlib_error.error}")

    return error_response
