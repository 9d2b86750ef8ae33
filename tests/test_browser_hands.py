"""The hands at a sign-in page that is drawn while they look: whenever it appears, name and password go together."""

import asyncio
from typing import Any

import pytest
from harness.checks.identity import probe_browser_page
from harness.checks.identity.probe_browser_page import Hands

from harness.agent import Page
from harness.evidence import Exchange


class Drawn:
    """A page that shows a whole sign-in form, all at once, after it was looked at so many times."""

    def __init__(self, after: int) -> None:
        self._left = after
        self.typed: dict[str, str] = {}
        self.sent: list[dict[str, str]] = []

    def there(self) -> bool:
        self._left -= 1
        return self._left < 0

    def locator(self, selector: str) -> "Element":
        return Element(self, selector)


class Element:
    """One selector of that page."""

    def __init__(self, page: Drawn, selector: str) -> None:
        self._page, self._selector = page, selector
        self._kind = "password" if "password" in selector else "button" if "button" in selector else "name"

    @property
    def first(self) -> "Element":
        return self

    def nth(self, _: int) -> "Element":
        return self

    def locator(self, selector: str) -> "Element":
        return Element(self._page, selector)

    async def count(self) -> int:
        return int("ancestor" not in self._selector and self._page.there())

    async def is_editable(self) -> bool:
        return True

    async def is_enabled(self) -> bool:
        return True

    async def inner_text(self, **_: Any) -> str:
        return "Sign in"

    async def fill(self, text: str, **_: Any) -> None:
        self._page.typed[self._kind] = text

    async def click(self, **_: Any) -> None:
        self._page.sent.append(dict(self._page.typed))


class Visit:
    """A visit at rest that ends with what was sent first."""

    def __init__(self, page: Drawn) -> None:
        self.page = page
        x = Exchange(id="x:1", label="", method="GET", url="https://id.test/", status=200, tls="verified")
        self.document = Page(x, "https://id.test/", (), b"", "")
        self.quiet = 1.0

    @property
    def ended(self) -> bool:
        return bool(self.page.sent)

    def stir(self) -> None:
        pass


@pytest.mark.parametrize("after", range(1, 30))
def test_a_page_drawn_between_two_looks_gets_name_and_password(after: int) -> None:
    page = Drawn(after)
    visit: Any = Visit(page)
    asyncio.run(asyncio.wait_for(Hands("person-one", "synthetic").drive(visit), 10))
    assert page.sent == [{"name": "person-one", "password": "synthetic"}]


def test_the_hands_give_up_on_a_page_that_stays_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_browser_page, "PATIENCE", 0.5)
    page = Drawn(10_000)
    visit: Any = Visit(page)
    shown = asyncio.run(asyncio.wait_for(Hands("person-one", "synthetic").drive(visit), 10))
    assert "nothing that a sign-in would need" in shown.why
    assert page.sent == []
