"""A person's hands at a sign-in page: which field takes the name, which the password, which button leads on."""

import asyncio
import re
from typing import Any

from msgspec import Struct

from harness.browser import Visit
from harness.chromium import failure

#: Seconds without a request after which a page has come to rest, and after which nothing more is waited for.
REST, PATIENCE = 0.25, 5.0
#: Clicks on buttons that grant; a page that needs more is going round in circles.
MOST_CLICKS = 6
#: Milliseconds for one action on one element.
_ACTION = 10_000
#: Times that the page may change under the hands.
_FAULTS = 10
_HIDDEN = "input[type=password]:visible"
_NAMES = (
    "input[autocomplete~=username]:visible",
    "input[type=email]:visible",
    "input:is([name*=user i],[name*=login i],[name*=mail i],[id*=user i],[id*=login i]):is([type=text],[type=tel],:not([type])):visible",
    "input:is([type=text],[type=tel],:not([type])):visible",
)
_SUBMITS = "button[type=submit]:visible, input[type=submit]:visible, button:not([type]):visible"
_OTHERS = f"{_SUBMITS}, button[type=button]:visible, [role=button]:visible"
_NO = re.compile(
    r"\bwith\b|cancel|deny|decline|reject|disagree|refuse|\bno\b|back|forg[eo]t|reset|register|sign ?up|create|log ?out|sign ?out"
    r"|ด้วย|ยกเลิก|ปฏิเสธ|ไม่|กลับ|ลืม|สมัคร|ลงทะเบียน|ออกจากระบบ",
    re.IGNORECASE,
)
_ON = re.compile(
    r"next|continue|sign ?in|log ?in|submit|allow|accept|agree|approve|authori[sz]e|grant|consent|confirm|\b(?:yes|ok)\b"
    r"|ถัดไป|ต่อไป|ดำเนินการ|เข้าสู่ระบบ|ส่ง|ยอมรับ|อนุญาต|ยินยอม|อนุมัติ|ยืนยัน|ตกลง",
    re.IGNORECASE,
)


#: Selectors of the fields for the name and for the password that a page shows, "" for one that is not there.
Fields = tuple[str, str]


class Shown(Struct, frozen=True):
    """Where the hands came to rest: `content` is a sign-in page that nobody touched, `why` says why nothing led on."""

    why: str = ""
    content: str = ""


class Hands:
    """Types the name once and the password once. An empty password: hands off, the page is only looked at."""

    def __init__(self, username: str, password: str) -> None:
        self._username, self._password = username, password
        #: Whether the password was typed.
        self.given = False
        self._named = False
        self._clicks = 0

    async def drive(self, visit: Visit) -> Shown:
        """Do what the page asks for, until it is left or nothing leads on."""
        faults = 0
        while True:
            try:
                why = await self._rested(visit)
                if visit.ended or visit.document.status != 200:
                    return Shown()
                if why is not None:
                    return Shown(why, "" if self._password else await self._untouched(visit.page))
            except failure():  # the page changed under the hands
                faults += 1
                if faults > _FAULTS:
                    raise
                visit.stir()

    async def _rested(self, visit: Visit) -> str | None:
        """Wait for the page to come to rest and do the next thing: None when something was done."""
        why = "the page shows nothing that a sign-in would need"
        fields: Fields | None = None
        while not visit.ended and visit.quiet < PATIENCE:
            await asyncio.sleep(0.05)
            if visit.quiet < REST:
                continue
            if visit.document.status != 200:
                return None
            before, fields = fields, await _fields(visit.page)
            if fields != before:  # drawn while looked at: a name must not be sent without its password
                continue
            found = await self._next(visit.page, fields)
            if found is None:
                visit.stir()
                return None
            why = found or why
            if not self._password and found:
                return why
        return why

    async def _next(self, page: Any, fields: Fields) -> str | None:
        """The next thing done (None), or why nothing can be done now."""
        name, password = (page.locator(one).first if one else None for one in fields)
        if not self._password:
            return "a sign-in page" if name or password else ""
        if password:
            return await self._sign_in(page, name, password)
        if name:
            return await self._give_name(page, name)
        return await self._lead_on(page)

    async def _sign_in(self, page: Any, name: Any, password: Any) -> str | None:
        if self.given:
            return "the page asks for the password again"
        if name and await name.is_editable():
            await name.fill(self._username, timeout=_ACTION)
        await password.fill(self._password, timeout=_ACTION)
        self.given = self._named = True  # from here on it may have been sent, whatever the page does
        await _send(page, password)
        return None

    async def _give_name(self, page: Any, name: Any) -> str | None:
        if self._named:
            return "the page asks for something that the test account does not have"
        await name.fill(self._username, timeout=_ACTION)
        self._named = True
        await _send(page, name)
        return None

    async def _lead_on(self, page: Any) -> str | None:
        """Click what grants: a button whose words lead on, or else the first submit button that does not lead back."""
        if self._clicks >= MOST_CLICKS:
            return "the page keeps asking to go on"
        button = await _button(page, _OTHERS, _ON) or await _button(page, _SUBMITS, None)
        if button is None or any(await _fields(page)):  # fields that were drawn just now come first
            return ""
        self._clicks += 1
        await button.click(timeout=_ACTION, no_wait_after=True)
        return None

    async def _untouched(self, page: Any) -> str:
        return str(await page.content()) if any(await _fields(page)) else ""


async def _fields(page: Any) -> Fields:
    name = [one for one in _NAMES if await page.locator(one).count()]
    return name[0] if name else "", _HIDDEN if await page.locator(_HIDDEN).count() else ""


async def _send(page: Any, field: Any) -> None:
    """Send what was typed, once: by the button of its form that leads on, or by Enter."""
    form = field.locator("xpath=ancestor::form[1]")
    inside = form if await form.count() else page
    button = await _button(inside, _OTHERS, _ON) or await _button(inside, _SUBMITS, None)
    if button is not None and await button.is_enabled():
        await button.click(timeout=_ACTION, no_wait_after=True)
    else:
        await field.press("Enter", timeout=_ACTION, no_wait_after=True)


async def _button(inside: Any, selector: str, words: re.Pattern[str] | None) -> Any:
    found = inside.locator(selector)
    for number in range(min(await found.count(), 20)):
        one = found.nth(number)
        said = await one.inner_text(timeout=_ACTION) or await one.get_attribute("value") or ""
        if not _NO.search(said) and (words is None or words.search(said)):
            return one
    return None
