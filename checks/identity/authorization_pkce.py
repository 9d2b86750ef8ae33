"""The proof key for code exchange (OAU-03)."""

from msgspec.structs import replace

from harness.experiment import Attempt
from harness.model import Judgement
from harness.registry import Thai, check

from .authorization_evidence import PkceTrials
from .token_judging import settled

#: Attempts that leave the proof key away altogether, and those whose challenge is the verifier itself.
_OMITTED = frozenset({"no PKCE", "empty challenge"})
_PLAIN = frozenset({"method plain", "no method", "unknown method"})


@check(
    "OAU-03",
    title="A code is redeemed only with the verifier of its S256 challenge",
    severity="high",
    verifies=("RFC 9700 §2.1.1", "RFC 9700 §4.8.2", "RFC 7636 §4.6", "ASVS 5.0.0-10.4.6"),
    remedy="Ask every client for code_challenge with code_challenge_method=S256, keep it with the code, and refuse the code "
    "unless code_verifier hashes to it. Refuse a verifier that comes without a challenge, and the method plain.",
    absence=True,
    thai=Thai(
        title="รหัสอนุญาตแลกโทเคนได้เฉพาะเมื่อมี code_verifier ที่ตรงกับ code_challenge แบบ S256",
        why="รหัสอนุญาตอาจรั่วผ่านประวัติเบราว์เซอร์ บันทึกของเซิร์ฟเวอร์ หรือแอปอื่นในโทรศัพท์ หากไม่มี PKCE ผู้ที่ได้รหัสไปแลกเป็นโทเคน"
        "และเปิดข้อมูลผู้ป่วยได้ทันที",
        remedy="บังคับให้ทุกไคลเอนต์ส่ง code_challenge แบบ S256 เก็บไว้คู่กับรหัสอนุญาต และปฏิเสธหาก code_verifier ไม่ตรง "
        "ปฏิเสธ code_verifier ที่ไม่มี code_challenge และปฏิเสธวิธี plain",
    ),
)
def pkce_enforced(trials: PkceTrials, *, confidential: bool = True, plain: bool = False) -> Judgement:
    """Check that a code is useless without the right verifier, whatever is left out, and that S256 cannot be talked down.

    A code that leaks (history, logs, another app on the phone) opens the record for whoever holds it; the verifier
    never leaves the client. `confidential` asks for PKCE of clients that have a secret too, as ASVS does; RFC 9700
    asks it of public clients and recommends it for the others. `plain` lets the method plain pass, which RFC 7636
    allows and the later texts do not. A verifier that is too short is reported as a fact: its length is the client's duty.
    """
    counted, spared = [], []
    for kind, experiment in trials.clients.items():
        waived = [a for a in experiment.attempts if a.granted and _waived(kind, a, confidential, plain)]
        spared += [f"{kind}: {a.name}" for a in waived]
        attempts = tuple(
            replace(a, name=f"{a.name} ({kind} client)") for a in experiment.attempts if a not in waived
        )
        counted.append(replace(experiment, attempts=attempts))
    found = settled(tuple(counted))
    return replace(found, facts=_facts(trials, spared))


def _waived(kind: str, attempt: Attempt, confidential: bool, plain: bool) -> bool:
    """Whether this profile does not score the attempt. A public client must always use PKCE."""
    left_out = attempt.name in _OMITTED and kind == "confidential" and not confidential
    return left_out or (attempt.name in _PLAIN and plain)


def _facts(trials: PkceTrials, spared: list[str]) -> tuple[tuple[str, str], ...]:
    facts = [("clients tried", ", ".join(trials.clients))]
    if spared:
        facts.append(("granted, not scored by this profile", "; ".join(spared)))
    facts += [
        (f"{a.name} ({kind} client)", "accepted" if a.granted else "refused")
        for kind, a in trials.short.items()
    ]
    return tuple(facts)
