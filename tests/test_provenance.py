"""What the agent says of where a form stood, beside what browsers say."""

import pytest

from harness.agent import Page, forms
from harness.evidence import Exchange
from harness.provenance import provenance, referrer_policy

PAGE = "https://user:pw@ID.test:443/login?next=%2Fa b&x=ก#part"
SAID = "https://id.test/login?next=%2Fa%20b&x=%E0%B8%81"


@pytest.mark.parametrize(
    ("action", "policy", "origin", "referer"),
    [
        ("https://id.test/login", "", "https://id.test", SAID),
        ("https://id.test/login", "same-origin", "https://id.test", SAID),
        ("https://id.test/login", "strict-origin", "https://id.test", "https://id.test/"),
        ("https://id.test/login", "no-referrer", "null", None),
        ("https://other.test/login", "", "https://id.test", "https://id.test/"),
        ("https://other.test/login", "unsafe-url", "https://id.test", SAID),
        ("https://other.test/login", "same-origin", "null", None),
        ("https://id.test:8443/login", "same-origin", "null", None),
    ],
)
def test_origin_and_referer_follow_the_policy(
    action: str, policy: str, origin: str, referer: str | None
) -> None:
    said = dict(provenance(PAGE, action, "POST", policy))
    assert (said["Origin"], said.get("Referer")) == (origin, referer)
    assert "Origin" not in dict(provenance(PAGE, action, "GET", policy))


@pytest.mark.parametrize("page", ["about:blank", "https://[broken", "https://โรงพยาบาล.test/", "file:///x"])
def test_a_page_without_an_origin_says_null(page: str) -> None:
    assert provenance(page, "https://id.test/", "POST") == (("Origin", "null"),)


def test_the_last_policy_that_is_known_counts() -> None:
    headers = (("Referrer-Policy", "no-referrer, strict-origin-when-cross-origin, made-up"), ("X", "origin"))
    assert referrer_policy(headers) == "strict-origin-when-cross-origin"
    assert referrer_policy(()) == ""


def test_a_form_carries_them() -> None:
    body = b'<form method="post" action="/in"><input name="u"><input type="password" name="p"></form>'
    (form,) = forms(Page(Exchange(label="", url=PAGE), PAGE, (("Referrer-Policy", "origin"),), body, ""))
    assert form.headers == (("Origin", "https://id.test"), ("Referer", "https://id.test/"))
