"""Files, listings and consoles that should not be public (WEB-14, WEB-15, WEB-16), judged by content."""

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .active_baseline import blocked, control_of, ids, seen, undecided, unusable
from .active_evidence import PathTrials, Trial


@check(
    "WEB-14",
    title="Repository data, settings, backups and diagnostics are not served",
    severity="high",
    verifies=("ASVS 5.0.0-13.4.1", "CWE-538", "CWE-530", "WSTG-CONF-04", "WSTG-CONF-05"),
    remedy="Deploy only what must be served, keep settings and backups outside the document root, refuse names that start "
    "with a dot, and put diagnostics on an internal port. Treat every secret in an exposed file as known and replace it.",
    example="""
    # nginx
    location ~ /\\.(?!well-known/) { return 404; }
    location ~* \\.(?:bak|old|orig|sql|zip|tar|gz)$|~$ { return 404; }
    # Spring Boot: management.endpoints.web.exposure.include=health
    """,
    absence=True,
    thai=Thai(
        title="ระบบไม่เปิดให้เข้าถึงข้อมูลคลังโปรแกรม ไฟล์ตั้งค่า ไฟล์สำรอง และหน้าวินิจฉัย",
        why="ไฟล์อย่าง .git, .env หรือไฟล์สำรองฐานข้อมูลมักมีรหัสผ่าน กุญแจ และข้อมูลผู้ป่วย ผู้โจมตีค้นหาไฟล์เหล่านี้โดยอัตโนมัติเป็นลำดับแรก",
        remedy="นำขึ้นเฉพาะสิ่งที่ต้องให้บริการ เก็บไฟล์ตั้งค่าและไฟล์สำรองไว้นอกโฟลเดอร์ที่เว็บเข้าถึงได้ ปฏิเสธชื่อที่ขึ้นต้นด้วยจุด "
        "และย้ายหน้าวินิจฉัยไปพอร์ตภายใน หากไฟล์เคยเปิดเผย ให้ถือว่าค่าลับทุกค่ารั่วไหลแล้วและเปลี่ยนใหม่",
    ),
)
def files_hidden(trials: PathTrials) -> Judgement:
    """Check that nobody can fetch what was never meant to be fetched.

    Such files hold passwords, keys and patient data, and are the first thing automated attackers ask for.
    A file counts as exposed only when the body is what the name promises, and random paths are answered otherwise.
    """
    return _judge(trials, frozenset({"file"}))


@check(
    "WEB-15",
    title="Folders are not listed",
    severity="medium",
    verifies=("ASVS 5.0.0-13.4.3", "CWE-548"),
    remedy="Switch directory listing off in the web server.",
    example="""
    # nginx
    autoindex off;
    # Apache httpd
    Options -Indexes
    """,
    absence=True,
    thai=Thai(
        title="ระบบไม่แสดงรายชื่อไฟล์ในโฟลเดอร์",
        why="รายชื่อไฟล์เผยให้เห็นไฟล์ที่ไม่มีลิงก์ เช่น ไฟล์สำรอง เอกสารแนบของผู้ป่วย หรือไฟล์ส่งออกข้อมูล",
        remedy="ปิดการแสดงรายชื่อไฟล์ในเว็บเซิร์ฟเวอร์",
    ),
)
def folders_closed(trials: PathTrials) -> Judgement:
    """Check that no folder shows what lies in it.

    A listing leads straight to files that no page links to: backups, patients' attachments, exports.
    """
    return _judge(trials, frozenset({"listing"}))


#: What a component may claim to offer in public, and the group of paths the claim opens.
CLAIMS = {"api-docs": "docs", "metrics": "metrics", "graphql": "graphql"}


@check(
    "WEB-16",
    title="API documentation, metrics and GraphQL are not public unless declared",
    severity="medium",
    verifies=("ASVS 5.0.0-13.4.5", "OWASP API9:2023"),
    remedy="Serve documentation, metrics and consoles on an internal network or behind a login; if one is meant to be "
    "public, claim it in the target file (api-docs, metrics, graphql).",
    example="""
    # nginx
    location ~ ^/(metrics|actuator|debug/) { allow 10.0.0.0/8; deny all; }
    # FastAPI: FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    """,
    absence=True,
    thai=Thai(
        title="เอกสาร API ข้อมูลตัวชี้วัดของระบบ และ GraphQL ไม่เปิดเป็นสาธารณะ เว้นแต่แจ้งไว้",
        why="หน้าดังกล่าวเปิดเผยจุดเชื่อมต่อทั้งหมด ปริมาณการใช้งาน และโครงสร้างข้อมูล ทำให้ค้นหาช่องโหว่ได้ง่าย "
        "และมักเป็นสิ่งที่เปิดไว้โดยไม่ตั้งใจ",
        remedy="ให้เข้าถึงได้เฉพาะเครือข่ายภายในหรือหลังเข้าสู่ระบบ หากตั้งใจเปิดเป็นสาธารณะ ให้ระบุในไฟล์เป้าหมาย "
        "(api-docs, metrics, graphql)",
    ),
)
def consoles_declared(trials: PathTrials) -> Judgement:
    """Check that descriptions, metrics and consoles are public only on purpose.

    They show every endpoint, the load and the shape of the data, and are mostly left open by accident. What
    the component claims in the target file (api-docs, metrics, graphql) is not held against it.
    """
    groups = frozenset(group for claim, group in CLAIMS.items() if claim not in trials.claims)
    if not groups:
        return not_applicable(
            "rule: applies to what the component does not claim to publish; fact: it claims api-docs, metrics and graphql",
            "เงื่อนไข: ใช้กับสิ่งที่ไม่ได้แจ้งว่าเปิดเป็นสาธารณะ; ข้อเท็จจริง: แจ้ง api-docs, metrics และ graphql ไว้ทั้งหมด",
        )
    return _judge(trials, groups)


def _judge(trials: PathTrials, groups: frozenset[str]) -> Judgement:
    chosen = [t for t in trials.trials if trials.groups.get(t.name) in groups]
    if stop := unusable(trials.control, trials.after) or _no_baseline(trials):
        return stop
    usual = {mark for b in trials.baselines for mark in b.marks}
    found = [(t, sorted(set(t.marks) - usual)) for t in chosen]
    found = [(t, marks) for t, marks in found if marks]
    if found:
        return replace(
            failed(
                "public: {what}",
                "เข้าถึงได้โดยสาธารณะ: {what}",
                what="; ".join(f"/{t.name} ({', '.join(marks)})" for t, marks in found[:6]),
            ),
            exchanges=ids(*(t.exchange for t, _ in found)),
            assertions=len(chosen),
        )
    doubtful = [t for t in chosen if not _tells(t)]
    if doubtful or not chosen:
        return undecided(f"/{t.name}: {seen(t.exchange)}" for t in doubtful)
    return replace(
        passed(
            "{count} paths asked, none holds what its name promises; random paths answered {baseline}",
            "ทดลอง {count} พาธ ไม่พบเนื้อหาตามชื่อ และพาธสุ่มได้รับคำตอบ {baseline}",
            count=len(chosen),
            baseline=", ".join(seen(b.exchange) for b in trials.baselines),
        ),
        assertions=len(chosen),
        control=control_of(trials.control),
        exchanges=ids(*(b.exchange for b in trials.baselines)),
    )


def _no_baseline(trials: PathTrials) -> Judgement | None:
    """Random paths are harmless requests: blocked ones mean that we are blocked; unanswered ones, no comparison."""
    answered = [b for b in trials.baselines if b.exchange.answered]
    if not answered or len(answered) < len(trials.baselines):
        return undecided(f"random path: {seen(b.exchange)}" for b in trials.baselines if b not in answered)
    if all(blocked(b.exchange) for b in answered):
        return replace(
            inconclusive("", ""),
            reason=Text(
                f"blocked: even harmless random paths got {seen(answered[0].exchange)}, so a refusal proves nothing",
                f"ถูกปิดกั้น: แม้พาธสุ่มที่ไม่มีอันตรายก็ได้รับ {seen(answered[0].exchange)} จึงสรุปจากการปฏิเสธไม่ได้",
            ),
            exchanges=ids(*(b.exchange for b in answered)),
        )
    return None


def _tells(trial: Trial) -> bool:
    """A full answer that is not a limiter's: 403 and 404 hide the file, 429 and 5xx hide the truth."""
    status = trial.exchange.status or 0
    return trial.exchange.answered and status != 429 and (status < 500 or status == 501)
