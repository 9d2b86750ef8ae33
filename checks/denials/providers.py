"""An identity provider that is said not to be there (FACT-03)."""

from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.model import Judgement, failed, needs_review, passed
from harness.registry import Thai, check

from .evidence import Denials, Trial
from .telling import control_of, ids, not_denied, open_question, seen


@check(
    "FACT-03",
    title="A platform that says it runs no identity provider of its own publishes none",
    severity="high",
    verifies=("OpenID Connect Discovery 1.0 §4", "RFC 8414 §3"),
    remedy="State `own_idp: yes` in the target file, so that the requirements for identity providers are assessed; or "
    "remove the provider, and rely on ThaID, Health ID or Provider ID alone.",
    example="""
    # target file
    facts:
      own_idp: "yes"
    """,
    absence=True,
    thai=Thai(
        title="แพลตฟอร์มที่แจ้งว่าไม่มีผู้ให้บริการยืนยันตัวตนของตนเอง ไม่ได้เผยแพร่บริการดังกล่าว",
        why="ผู้ใดควบคุมผู้ให้บริการยืนยันตัวตน ผู้นั้นออกสิทธิเข้าถึงข้อมูลของผู้ป่วยได้ทุกคน หากมีอยู่ทั้งที่แจ้งว่าไม่มี ข้อกำหนดด้านการยืนยันตัวตนจะไม่ถูกประเมิน",
        remedy="ระบุ `own_idp: yes` ในไฟล์เป้าหมายเพื่อให้ประเมินข้อกำหนดของผู้ให้บริการยืนยันตัวตน หรือยกเลิกบริการนั้นและรับการยืนยันตัวตนจาก "
        "ThaID, Health ID หรือ Provider ID เท่านั้น",
    ),
)
def no_own_provider(found: Denials) -> Judgement:
    """Check that no discovery document names one of the platform's own hosts as issuer, when it says it runs no provider.

    Whoever runs an identity provider can sign in as any patient; one that is there although it is denied is
    held to none of the requirements for identities. A document whose issuer is another's host (ThaID, the
    Ministry) only says on whom the platform relies.
    """
    if stop := not_denied(found, "own_idp"):
        return stop
    trials = found.provider.trials if found.provider else ()
    documents = [trial for trial in trials if trial.authorization]
    own = [trial for trial in documents if _own(trial.issuer, found.hosts)]
    if own:
        return replace(
            failed(
                "an identity provider of its own: {what}",
                "พบผู้ให้บริการยืนยันตัวตนของตนเอง: {what}",
                what="; ".join(f"{trial.name} names the issuer {trial.issuer}" for trial in own[:4]),
            ),
            exchanges=ids(own),
            assertions=len(trials),
        )
    if stop := open_question(found, [found.provider]):
        return stop
    assert found.provider is not None
    if mixed := [trial for trial in documents if _own(trial.authorization, found.hosts)]:
        return _mixed(mixed)
    return replace(
        passed(
            "{count} places asked for a discovery document; issuers of others: {others}; a random path answered {baseline}",
            "ทดลอง {count} ตำแหน่งที่ควรพบเอกสาร discovery ผู้ออกที่เป็นหน่วยงานอื่น: {others_th} และพาธสุ่มได้รับคำตอบ {baseline}",
            count=len(trials),
            others=_issuers(documents) or "none",
            others_th=_issuers(documents) or "ไม่มี",
            baseline=", ".join(seen(b.last) for b in found.provider.baselines),
        ),
        assertions=len(trials),
        control=control_of(found),
        exchanges=ids([*trials, *found.provider.baselines]),
        facts=tuple((trial.name, trial.issuer or seen(trial.last)) for trial in trials),
    )


def _mixed(trials: list[Trial]) -> Judgement:
    judgement = needs_review(
        "the issuer is another's, but people sign in on this platform's own host: {what}",
        "ผู้ออกเป็นหน่วยงานอื่น แต่ผู้ใช้ลงชื่อเข้าใช้ที่โฮสต์ของแพลตฟอร์มเอง: {what}",
        what="; ".join(f"{t.name}: issuer {t.issuer}, sign-in {t.authorization}" for t in trials[:3]),
    )
    return replace(judgement, exchanges=ids(trials))


def _own(address: str, hosts: tuple[str, ...]) -> bool:
    """Whether the address is on one of these hosts or below one of them."""
    try:
        host = (urlsplit(address.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    return any(host == one or host.endswith("." + one) for one in hosts if one)


def _issuers(trials: list[Trial]) -> str:
    return ", ".join(dict.fromkeys(trial.issuer[:200] for trial in trials))
