"""The tables, one person and the test clients."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from oauth2_provider.models import Application

from tests.django_provider.weaknesses import undone


def seed(given: dict[str, Any]) -> None:
    """Make the database and what stands in it."""
    call_command("migrate", verbosity=0, run_syncdb=True)
    account = given["account"]
    get_user_model().objects.create_user(account["username"], password=account["password"])
    for client in given["clients"]:
        _client(client, given["weak"])
    undone(given["weak"])


def _client(client: dict[str, Any], weak: list[str]) -> None:
    public = "client_secret" not in client
    secret = (
        {}
        if public and "public-secret-empty" not in weak
        else {"client_secret": client.get("client_secret", "")}
    )
    made = Application(
        name=client["client_id"],
        client_id=client["client_id"],
        **secret,  # without one the toolkit makes one up, for public clients too
        client_type=Application.CLIENT_PUBLIC if public else Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=" ".join(client["redirect_uris"]),
        post_logout_redirect_uris=" ".join(client["post_logout_redirect_uris"]),
        algorithm=Application.RS256_ALGORITHM,
    )
    made.full_clean(exclude=["client_secret"] if public else None)
    made.save()
