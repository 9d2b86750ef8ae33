"""Health ID and Provider ID as the manual of 1 July B.E. 2567 describes them; one address plays both."""

import secrets
from typing import Any

from .probe_national import Grant, National, Token, expired, live
from .probe_scene import HEALTH_SECONDS, verified_at
from .probe_server import Call, Reply, later

AUTHORIZE = "/oauth/redirect"
_DENIED = {"status": "error", "data": None, "message": "Access grant has denied"}
_UNKNOWN = {"status": 401, "message": "Authentication is required to access this resource"}


class Moph(National):
    """The two services of the MOPH with one client; a person's account number is made from the scene."""

    def __init__(self, base: str, client_id: str, secret: str) -> None:
        super().__init__(base, client_id, secret)
        pem = Reply(200, self.signer.pem, "text/plain")
        self.routes = {
            ("POST", "/api/v1/token"): self.redeem,
            ("GET", "/api/v1/oauth/public-key"): lambda call: self._pem(call, pem),
            ("GET", "/go-api/v1/profile"): self._person,
            ("POST", "/api/v1/services/token"): self._service,
            ("GET", "/api/v1/services/profile"): self._profile,
            ("POST", "/api/v1/services/public-key"): lambda call: self._pem(call, pem),
        }

    def _pem(self, call: Call, pem: Reply) -> Reply:
        return self.noted(call, "keys", pem if self.authenticated(call) else Reply(422, _DENIED))

    def exchanged(self, call: Call, grant: Grant | None, good: bool) -> Reply:
        """The envelope of the manual, or its errors."""
        if not self.authenticated(call):
            return Reply(401, _DENIED | {"message": "Credential is required"})
        if grant is None or not good or grant.scene.status != 200:
            status = 422 if grant is None or not good else grant.scene.status
            return Reply(
                status, _DENIED | {"message": f"Code is invalid {grant.scene.mark if grant else ''}"}
            )
        seconds = grant.scene.seconds or HEALTH_SECONDS
        token = self.hand_out(
            self.signer.token(self._claims(grant, seconds), grant.scene.fault), grant, seconds
        )
        data = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
            "account_id": _account(grant),
        }
        return Reply(200, {"status": "success", "data": data, "message": "You logged in successfully"})

    def _claims(self, grant: Grant, seconds: int) -> dict[str, Any]:
        now = later(0)
        times = {"iat": now, "nbf": now, "exp": now + seconds}
        return {
            "aud": self.client_id,
            "sub": _account(grant),
            "jti": secrets.token_hex(16),
            "scopes": [],
            **times,
        }

    def _person(self, call: Call) -> Reply:
        token = self.token(call.bearer)
        if not live(token) or token is None:
            return self.noted(call, "person", Reply(401, {"status": "error", "message": "Unauthenticated."}))
        said = {"status": "success", "data": person(token.grant), "message": "OK"}
        return self.noted(call, "person", Reply(200, said), token.grant.scene.name, known=True)

    def _service(self, call: Call) -> Reply:
        token = self.token(call.sent.get("token", ""))
        name = token.grant.scene.name if token else ""
        return self.noted(call, "service token", self._served(call, token), name, known=live(token))

    def _served(self, call: Call, token: Token | None) -> Reply:
        if (
            not self.authenticated(call)
            or call.sent.get("token_by") != "Health ID"
            or not live(token)
            or token is None
        ):
            return Reply(401, _UNKNOWN)
        scene = token.grant.scene
        status = 400 if scene.name in self.removed else scene.provider_status
        if status != 200:
            return Reply(status, {"status": status, "message": f"This user has not provider id {scene.mark}"})
        seconds = scene.provider_seconds
        claims = self._claims(token.grant, seconds)
        made = self.hand_out(self.signer.token(claims), token.grant, seconds, "provider")
        data = {
            "token_type": "Bearer",
            "expires_in": seconds,
            "access_token": made,
            "account_id": _account(token.grant),
            "result": "Success",
            "username": "test-clinician",
            "login_by": "access_token_health_id",
        }
        return Reply(200, {"status": 200, "message": "OK", "data": data})

    def _profile(self, call: Call) -> Reply:
        token = self.token(call.bearer, "provider")
        name = token.grant.scene.name if token else ""
        reply = self._profiled(call, token)
        return self.noted(call, "profile", reply, name, known=live(token), expired=expired(token))

    def _profiled(self, call: Call, token: Token | None) -> Reply:
        both = (call.headers.get("client-id"), call.headers.get("secret-key"))
        if not live(token) or token is None:
            return Reply(401, {"status": 401, "message": "access_token is invalid"})
        scene = token.grant.scene
        if both != (self.client_id, self.secret) or scene.profile_status == 401:
            return Reply(401, _UNKNOWN | {"detail": scene.mark})
        if scene.name in self.removed or scene.profile_status != 200:
            return Reply(404, {"status": 404, "message": "This user has no provider id"})
        return Reply(200, {"status": 200, "message": "OK", "data": clinician(token.grant)})


def person(grant: Grant) -> dict[str, Any]:
    """A person as Health ID knows them: the number masked, its hash beside it, the level of proofing."""
    one, scene = grant.scene.person, grant.scene
    number = one.pid or one.passport
    hashed = one.hashed.upper() if scene.upper_hash else one.hashed
    said: dict[str, Any] = {
        "account_id": _account(grant),
        "first_name_th": one.given,
        "last_name_th": one.family,
        "first_name_eng": "Test",
        "last_name_eng": "Person",
        "account_category": "Foreigner" if one.passport else "Thai",
        "id_card_type": "PASSPORT" if one.passport else "ID_CARD",
        "id_card_num": f"{number[:1]}xxxxxxxx{number[-3:]}",
        "hash_id_card_num": hashed,
        "birth_date": "1990-01-01",
        "address": [],
    }
    if scene.ial is not None:
        level = {"level": scene.ial, "auth_method_name": "Dipchip"}
        when = verified_at(scene.verified_days)
        said["ial"] = level | ({} if when is None else {"verified_at": when})
    return said


def clinician(grant: Grant) -> dict[str, Any]:
    """A clinician as Provider ID knows them."""
    one = grant.scene.person
    return {
        "account_id": _account(grant),
        "hash_cid": one.hashed,
        "provider_id": "9000000000X01",
        "name_th": one.name,
        "firstname_th": one.given,
        "lastname_th": one.family,
        "organization": [unit.said() for unit in grant.scene.units],
    }


def _account(grant: Grant) -> str:
    """An account number of fifteen digits; the same for the same person."""
    return str(900_000_000_000_000 + int(grant.scene.person.hashed[:8], 16))
