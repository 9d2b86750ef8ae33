"""The names of the demo platform, under .test (RFC 6761), and what its identity provider is called."""

#: The hosts of the platform by the name their component has in the target.
HOSTS = {
    "portal": "portal.demo.test",
    "api": "api.demo.test",
    "id": "id.demo.test",
    "policy": "mta-sts.demo.test",
}
MAIL_DOMAIN = "demo.test"

#: The issuer as it stands in every token: no slash at its end, compared byte by byte (RFC 8414 §2, §3.3).
ISSUER = f"https://{HOSTS['id']}"
#: Who may be meant by an access token (RFC 9068 §2.2 `aud`, RFC 8707): the API unless another is asked for.
API = f"https://{HOSTS['api']}/"
AUDIENCES = frozenset({API, f"https://{HOSTS['portal']}/"})
#: The FHIR base; an app names it, letter by letter, as the `aud` of its authorization request (SMART App Launch 2.2).
FHIR = f"{API}fhir"
#: Where the apps of the test clients would be; nothing answers there and nothing is ever sent.
APP = "https://app.demo.test"
