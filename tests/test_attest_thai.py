"""Words and dates are found as documents give them, and not where they do not stand."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from harness.attest import dates, reader, thai
from harness.attest.reading import Reading


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("สำรองข้อมูล", "การสํารองข้อมูล"),  # sara am as two letters
        ("สํารองข้อมูล", "การสำรองข้อมูล"),
        ("น้ำหนัก", "นํ้าหนัก"),  # tone and nikhahit the other way round
        ("ผู้รับผิดชอบ", "ผู้รับผิดชอบ"),  # tone before vowel
        ("ข้อมูล", "ข\uf70bอมูล"),  # a glyph of an old Windows font
        ("ข้อมูล", "ข\uf88eอมูล"),  # a glyph of an old Macintosh font
        ("สำนักงาน", "ส านักงาน"),  # nikhahit lost, as Word prints to PDF
        ("คำสั่ง", "คําสั\x00ง"),  # a glyph that nobody knows
        ("แผนรับมือ", "เเผนรับ มือ"),  # two sara e, a space between
        ("ความมั่นคงปลอดภัย", "ความ\u200bมั่นคง\nปลอดภัย"),
        ("๒๕๖๑", "พ.ศ. 2561"),
        ("90 วัน", "ทุก ๙๐ วัน"),
        ("backup", "BACKUPS"),
        ("ISO/IEC 27001", "ISO/IEC\u00a027001:2022"),
        ("third-party", "third\u2010party risk"),
        ("confidentiality", "conﬁdentiality"),
        ("confidentiality", "c o n f i d e n t i a l i t y"),
        ("log", "logs are kept"),
        ("HIS", "ระบบHISของโรงพยาบาล"),
    ],
)
def test_found(word: str, text: str) -> None:
    assert thai.stands(word, thai.prepare(text))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("log", "catalogue login"),
        ("key", "monkey keyboard"),
        ("AA", "A A"),
        ("90 วัน", "190 วัน"),
        ("2561", "25610"),
        ("ISO 27001", "ISO 270011"),
        ("มติ", "มต"),
        ("ห้าม", "หาม"),
        ("สำรองข้อมูล", "สำรองยา"),
        ("backup", "back"),
    ],
)
def test_not_found(word: str, text: str) -> None:
    assert not thai.stands(word, thai.prepare(text))


@pytest.mark.parametrize(
    ("section", "line", "there"),
    [
        ("4.2 Backup", "4.2 Backup and restore", True),
        ("4.2 Backup", "4.2  BACKUP", True),
        ("4.2", "4.2 Backup", True),
        ("4.2 Backup", "Section 4.2 Backup", True),
        ("Backup", "4.2 Backup", True),
        ("หมวด 3 การสำรองข้อมูล", "หมวด ๓ การสํารองขอมูลและแผน", True),
        ("3 การสำรองข้อมูล", "ข้อ ๓ การสำรองข้อมูล", True),
        ("4.2", "4.21 Backup", False),
        ("4.2", "4.2.1 Backup", False),
        ("4", "4.2 Backup", False),
        ("2 Backup", "4.2 Backup", False),
        ("4.2 Backup", "as said in 4.2 Backup", False),
        ("หมวด 3", "หมวด 30", False),
        ("Back", "Backup", False),
    ],
)
def test_headings(section: str, line: str, there: bool) -> None:
    assert thai.begins(section, line) is there


def test_what_is_legible() -> None:
    assert thai.legible("นโยบายการรักษาความมั่นคงปลอดภัย ข\uf70bอมูล")
    assert thai.legible("Ünïversity policy of the château")
    assert not thai.legible("¹âÂºÒÂ¡ÒÃÊÓÃÍ§¢éÍÁÙÅ")
    assert not thai.legible("\ue001\ue002\ue003")


DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01",
        "2569-05-01",
        "๒๕๖๙-๐๕-๐๑",
        "ลงวันที่ 01/05/2569.",
        "1/5/2026",
        "1 - 5 - 2569",
        "01.05.2026",
        "1 พฤษภาคม 2569",
        "วันที่ ๑ พฤษภาคม พ.ศ. ๒๕๖๙",
        "วันที่ 1 เดือน พฤษภาคม พ.ศ.2569",
        "1 พ ฤษ ภาคม 2569",
        "๑ พ.ค. ๒๕๖๙",
        "1 พ.ค. 69",
        "1 พค 2569",
        "1 May 2026",
        "1st of May 2026",
        "May 1, 2026",
        "May 1st, 2026",
        "1-May-2026",
        "1 May B.E. 2569",
        "1 May 2569 (2026)",
    ],
)
def test_a_date_is_found(text: str) -> None:
    assert dates.stands(DAY, thai.prepare(text))


@pytest.mark.parametrize(
    "text",
    [
        "11/05/2569",
        "1/05/25690",
        "05/01/2026",
        "2026-05-10",
        "12026-05-01",
        "1 มีนาคม 2569",
        "31 พฤษภาคม 2569",
        "1 พฤษภาคม 2568",
        "1 พฤษภาคม 69",
        "21 May 2026",
        "May 11, 2026",
        "1 Mayor 2026",
        "dismay 1, 2026",
        "",
    ],
)
def test_another_date_is_not(text: str) -> None:
    assert not dates.stands(DAY, thai.prepare(text))


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_in_every_form_is_that_month_only(month: int) -> None:
    day = date(2026, month, 7)
    spoken = dates.spoken(day)
    short = f"๗ {dates.THAI_SHORT[month - 1]} ๖๙"
    lost = f"7 {thai.bare(dates.THAI_MONTHS[month - 1])} 2569"
    for text in (spoken.en, spoken.th, short, lost, f"7 {dates.ENGLISH_MONTHS[month - 1][:3]}. 2026"):
        found = [m for m in range(1, 13) if dates.stands(date(2026, m, 7), thai.prepare(text))]
        assert found == [month], text


def test_days_are_spoken_in_both_eras() -> None:
    spoken = dates.spoken(date(2026, 5, 31))
    assert (spoken.en, spoken.th) == ("31 May 2026", "31 พฤษภาคม 2569")


PAGE = """<!doctype html><meta charset=utf-8><body style="font-family:{font}">
<h1>นโยบายการรักษาความมั่นคงปลอดภัยไซเบอร์</h1><p>เลขที่ ๗/๒๕๖๙ ลงวันที่ ๓๑ มีนาคม พ.ศ. ๒๕๖๙</p>
<h2>หมวด 3 การสำรองข้อมูลและแผนรับมือเหตุการณ์</h2><p>ผู้รับผิดชอบ น้ำหนักของคำสั่ง การทำลายข้อมูล</p>"""
CHROMIUM = shutil.which("chromium")


@pytest.mark.system
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
@pytest.mark.parametrize("font", ["Garuda", "Loma", "Noto Sans Thai"])
def test_a_thai_pdf_as_a_browser_prints_it(font: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE.format(font=font), encoding="utf-8")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={tmp_path}/p",
    ]
    printed = tmp_path / "a.pdf"
    command = [str(CHROMIUM), *options, f"--print-to-pdf={printed}", (tmp_path / "a.html").as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = reader.read({printed: ()})[printed]
    assert isinstance(found, Reading)
    text = thai.prepare(found.texts[1])
    words = "ความมั่นคงปลอดภัยไซเบอร์ สำรองข้อมูล แผนรับมือ ผู้รับผิดชอบ น้ำหนัก คำสั่ง การทำลายข้อมูล"
    assert [word for word in words.split() if not thai.stands(word, text)] == []
    assert any(thai.begins("หมวด 3 การสำรองข้อมูล", line) for line in found.texts[1].splitlines())
    assert dates.stands(date(2026, 3, 31), text)
    assert found.unread == ()
