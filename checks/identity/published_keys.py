"""The provider's key set: nothing secret in it (JWK-01), and keys that are worth trusting (JWK-02)."""

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from harness.evidence import Cause
from harness.model import Fault, Judgement, Text, failed, not_applicable, passed
from harness.registry import Thai, check
from harness.wording import both, cut, joined

from .published_evidence import Key, KeySet, Published
from .published_reading import documents, ids, listed, said, undecided
from .published_schema import is_loopback

#: Which kind of key, or curve, an algorithm goes with (RFC 7518 §3.1, §4.1; RFC 8037 §3.1; RFC 8812 §3.2; RFC 9864 §2.2).
_FITS = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1", "EdDSA": "OKP",
    "Ed25519": "Ed25519", "Ed448": "Ed448",
    "RSA-OAEP": "RSA", "RSA-OAEP-256": "RSA", "RSA-OAEP-384": "RSA", "RSA-OAEP-512": "RSA", "RSA1_5": "RSA",
}  # fmt: skip
_ENCRYPTS = ("RSA", "ECDH")


def _key_set(found: Published) -> tuple[KeySet | None, Judgement | None]:
    """The key set to be judged, or why there is none."""
    _, stop = documents(found)
    if stop is not None:
        return None, stop
    keys = found.keys
    if keys is None:
        return None, not_applicable(
            "rule: applies where the metadata name a jwks_uri; fact: they name none",
            "เงื่อนไข: ใช้เมื่อเมทาดาทาระบุ jwks_uri; ข้อเท็จจริง: ไม่ได้ระบุไว้",
        )
    return keys, None


def _unread(keys: KeySet) -> Judgement | None:
    exchange = keys.exchange
    if exchange.fault is Cause.OUT_OF_SCOPE:
        why, fault = Text(f"{keys.url} is outside the scope", f"{keys.url} อยู่นอกขอบเขต"), Fault.CONFIGURATION
    elif not exchange.answered or exchange.status != 200:
        why, fault = said(exchange), Fault.TARGET
    elif not exchange.complete:
        why, fault = Text("it is too large to be read", "มีขนาดใหญ่เกินกว่าจะอ่าน"), Fault.TARGET
    elif not keys.parsed:
        why, fault = Text("it is no JSON key set", "ไม่ใช่ชุดกุญแจแบบ JSON"), Fault.TARGET
    elif not keys.keys:
        why, fault = Text("it holds no key", "ไม่มีกุญแจอยู่เลย"), Fault.TARGET
    else:
        return None
    return undecided(
        f"the key set tells nothing: {why.en}", f"ชุดกุญแจไม่ให้ข้อมูล: {why.th}", exchange, fault=fault
    )


@check(
    "JWK-01",
    title="The provider's key set is published over https and holds public keys only",
    severity="critical",
    verifies=(
        "RFC 7517 §9.2",
        "RFC 7518 §6.2.2",
        "RFC 7518 §6.4",
        "OpenID Connect Discovery 1.0 §3",
        "CWE-321",
    ),
    remedy="Publish public members only (for RSA n and e, for EC crv, x and y), serve the set over https, and replace every key "
    "whose private half was ever published.",
    example="""
    {"keys": [{"kty": "EC", "crv": "P-256", "kid": "2026-11", "use": "sig", "alg": "ES256", "x": "...", "y": "..."}]}
    """,
    absence=True,
    thai=Thai(
        title="ชุดกุญแจของผู้ให้บริการเผยแพร่ผ่าน https และมีเฉพาะกุญแจสาธารณะ",
        why="ผู้ที่ได้กุญแจส่วนตัวหรือกุญแจสมมาตรสามารถออกโทเคนในนามบุคคลใดก็ได้ และเปิดดูเวชระเบียนของทุกคน ส่วนชุดกุญแจที่ส่งผ่าน http "
        "ผู้ที่อยู่ในเครือข่ายสามารถสับเปลี่ยนเป็นกุญแจของตนเองได้",
        remedy="เผยแพร่เฉพาะส่วนสาธารณะของกุญแจ (RSA: n และ e, EC: crv, x และ y) ผ่าน https และเปลี่ยนกุญแจทุกดอกที่ส่วนตัวเคยถูกเผยแพร่",
    ),
)
def keys_are_public(found: Published) -> Judgement:
    """Whoever has the private half of a key issues tokens in anybody's name.

    It opens every record that the platform's tokens open. A symmetric key in the set is the same mistake. A set
    fetched by plain http can be replaced on the way; on loopback, plain http is a test set-up and tells nothing.
    """
    keys, stop = _key_set(found)
    if keys is None or stop is not None:
        assert stop is not None
        return stop
    secret = [_secret(k) for k in keys.keys if k.private or k.kty == "oct"]
    plain = keys.url.lower().startswith("http://")
    if secret:
        judgement = failed(
            "secret members published: {what}", "เผยแพร่ส่วนที่เป็นความลับ: {what}", what=cut(joined(secret), 500)
        )
    elif plain and not is_loopback(keys.url):
        judgement = failed("the key set is at {url}, by plain http", "ชุดกุญแจอยู่ที่ {url} ผ่าน http", url=keys.url)
    elif keys.exchange.status in (404, 410):
        judgement = failed(
            "the metadata name {url}, which answers {status}",
            "เมทาดาทาระบุ {url} ซึ่งตอบ {status}",
            url=keys.url,
            status=keys.exchange.status,
        )
    elif stop := _unread(keys):
        return stop
    elif plain:
        return undecided(
            "public keys only, but by plain http on loopback: a test set-up does not tell how they are published in service",
            "มีเฉพาะกุญแจสาธารณะ แต่ใช้ http บนเครื่องทดสอบ จึงไม่บอกว่าเมื่อให้บริการจริงเผยแพร่อย่างไร",
            keys.exchange,
            fault=Fault.CONFIGURATION,
        )
    elif keys.count > len(keys.keys):
        return undecided(
            f"{keys.count} keys, more than are read", f"มีกุญแจ {keys.count} ดอก เกินกว่าจำนวนที่อ่าน", keys.exchange
        )
    else:
        judgement = passed(
            "{n} keys, all public: {what}",
            "กุญแจ {n} ดอก เป็นสาธารณะทั้งหมด: {what}",
            n=keys.count,
            what=_all(keys),
        )
    return replace(
        judgement,
        assertions=len(keys.keys) + 1,
        exchanges=ids([keys.exchange]),
        control=keys.exchange.id or keys.url,
    )


def _secret(key: Key) -> Text:
    members = ", ".join(key.private)
    what = Text(members, members) if members else Text("symmetric", "กุญแจสมมาตร")
    return Text("{name}: {what}", "{name}: {what}").of({"name": both(key.name), "what": what})


def _all(keys: KeySet) -> Text:
    return cut(joined((both(k.name) for k in keys.keys), ", "), 300)


@check(
    "JWK-02",
    title="The provider's keys are long enough, whole, told apart by kid, and consistent in use and algorithm",
    severity="medium",
    verifies=(
        "RFC 7518 §3.3",
        "RFC 7518 §6.2.1",
        "RFC 7517 §4.2",
        "RFC 7517 §4.4",
        "RFC 7517 §4.5",
        "OpenID Connect Core 1.0 §10.1",
        "CWE-326",
    ),
    remedy="Use RSA of at least 2048 bits or the curve P-256 or stronger, give each key a kid of its own, and state use and alg as the key is used.",
    example="""
    # a new key for signatures
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out signing.pem
    """,
    thai=Thai(
        title="กุญแจของผู้ให้บริการยาวเพียงพอ ใช้งานได้ แยกกันด้วย kid และระบุการใช้งานกับอัลกอริทึมสอดคล้องกัน",
        why="กุญแจที่สั้นเกินไปสามารถคำนวณหากุญแจส่วนตัวได้ ผู้โจมตีจึงออกโทเคนในนามผู้อื่นได้ ส่วนกุญแจที่เสียหายหรือมี kid ซ้ำทำให้ระบบที่พึ่งพาปฏิเสธโทเคนที่ถูกต้อง "
        "หรือเลือกกุญแจผิดดอกเมื่อมีการเปลี่ยนกุญแจ",
        remedy="ใช้ RSA อย่างน้อย 2048 บิต หรือเส้นโค้ง P-256 ขึ้นไป กำหนด kid ให้กุญแจแต่ละดอกไม่ซ้ำกัน และระบุ use กับ alg ให้ตรงกับการใช้งานจริง",
    ),
)
def keys_are_sound(found: Published, *, rsa_bits: int = 2048) -> Judgement:
    """A short key can be computed, and then anybody issues the platform's tokens.

    RFC 7518 §3.3 asks for 2048 bits of RSA. A damaged key, or two with one kid, makes clients refuse good tokens
    or pick the wrong key when keys are rotated (OpenID Connect Core §10.1: with several keys each needs a kid).
    Kinds of key that are not known here are left out, as RFC 7517 §5 asks of everybody.
    """
    keys, stop = _key_set(found)
    if keys is None or stop is not None:
        assert stop is not None
        return stop
    if stop := _unread(keys):
        return stop
    wrong = [
        Text(f"{k.name}: {t.en}", f"{both(k.name).th}: {t.th}")
        for k in keys.keys
        for t in _faults(k, rsa_bits)
    ]
    wrong += list(_shared_names(keys))
    known = [k for k in keys.keys if k.bits]
    if wrong:
        why = listed(wrong)
        judgement = failed("{en}", "{th}", en=why.en, th=why.th)
    elif not known:
        return undecided("no key of a known kind", "ไม่มีกุญแจชนิดที่รู้จัก", keys.exchange)
    else:
        judgement = passed("{what}", "{what}", what=cut(joined(map(_sized, known), ", "), 400))
    return replace(judgement, assertions=max(1, len(known)), exchanges=ids([keys.exchange]))


def _sized(key: Key) -> Text:
    name, bits = both(key.name), key.bits
    return Text(f"{name.en} {bits} bits", f"{name.th} {bits} บิต")


def _faults(key: Key, rsa_bits: int) -> Iterator[Text]:
    if key.fault:
        why = both(key.fault)
        yield Text(f"cannot be used: {why.en}", f"ใช้งานไม่ได้: {why.th}")
    if key.kty == "RSA" and key.bits and key.bits < rsa_bits:
        yield Text(f"{key.bits} bits, below {rsa_bits}", f"{key.bits} บิต น้อยกว่า {rsa_bits}")
    wanted = _FITS.get(key.alg) or ("EC/OKP" if key.alg.startswith("ECDH-ES") else "")
    if wanted and wanted not in (key.kty, key.crv) and not (wanted == "EC/OKP" and key.kty in ("EC", "OKP")):
        yield Text(f"alg {key.alg} does not go with it", f"alg `{key.alg}` ไม่เข้ากับกุญแจ")
    if key.use and key.alg in _FITS and key.use != _use_of(key.alg):
        yield Text(f"use {key.use} with alg {key.alg}", f"use `{key.use}` ขัดกับ alg `{key.alg}`")
    if key.use == "sig" and set(key.operations) - {"sign", "verify"} and key.operations:
        yield Text("use sig with other key_ops", "use `sig` ขัดกับ key_ops")


def _use_of(alg: str) -> str:
    return "enc" if alg.startswith(_ENCRYPTS) else "sig"


def _shared_names(keys: KeySet) -> Iterator[Text]:
    if len(keys.keys) > 1:
        for name, count in Counter(k.kid for k in keys.keys).items():
            if not name:
                yield Text(
                    f"{count} of {len(keys.keys)} keys without kid",
                    f"กุญแจ {count} จาก {len(keys.keys)} ดอกไม่มี kid",
                )
            elif count > 1:
                yield Text(f"kid {name} stands for {count} keys", f"kid {name} ใช้กับกุญแจ {count} ดอก")
