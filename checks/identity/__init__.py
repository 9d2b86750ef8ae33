"""The platform as identity provider and as keeper of what its tokens open: OAuth 2.0, OpenID Connect, JWT, SMART."""

from harness.model import Text
from harness.wording import learn

from . import words_bearer, words_clients, words_codes, words_smart

TITLE = Text("Identity provider and tokens", "ผู้ให้บริการยืนยันตัวตนและโทเคน")

learn(words_bearer.WORDS, words_clients.WORDS, words_codes.WORDS, words_smart.WORDS)
