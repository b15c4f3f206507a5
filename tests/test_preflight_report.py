"""The report on a finished file: what it says, that it is one page, that no code is without a row."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

import publications
from bulletin_pdf import build, preflight_report, production
from bulletin_pdf.collation import without_space
from bulletin_pdf.diagnostics import Place, warning
from bulletin_pdf.home import Home
from bulletin_pdf.publication import load_issue_settings
from publications import KEY, ROOT


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = publications.publication(tmp_path_factory.mktemp("report"))
    built = build.build(home, KEY)
    assert built.pdf
    _, found = production.produce(home, KEY, built.pdf, ["press", "archive", "office", "booklet", "report"])
    assert found == []
    return home


def test_every_pdf_has_its_report(home: Home) -> None:
    pdfs = {file.name for file in (home.build / KEY).glob("*.pdf") if ".检查" not in file.name}
    assert len(pdfs) == 5
    for name in pdfs:
        page, values = (home.build / KEY / each for each in preflight_report.names(name))
        reader = PdfReader(BytesIO(page.read_bytes()))
        assert len(reader.pages) == 1
        assert "合格" in reader.pages[0].extract_text()
        report = json.loads(values.read_text(encoding="utf-8"))
        assert (report["file"], report["verdict"], report["diagnostics"]) == (name, "合格", [])


def test_facts_of_the_file_for_the_press(home: Home) -> None:
    facts = json.loads((home.build / KEY / "2021-17.付印.检查.json").read_text(encoding="utf-8"))["facts"]
    assert facts["标准"] == "PDF/X-4、PDF/A-2a、PDF/UA-1"
    assert facts["出血"] == "3 毫米"
    assert facts["颜色"] == "DeviceCMYK"
    assert facts["输出条件"] == "FOGRA39（CMYK）"
    assert facts["成品尺寸"] == "210×297 毫米"


def test_every_code_belongs_to_one_row() -> None:
    """Of the checks of finished files; a code in no row would be found and not told."""
    documented = re.findall(r"^## (BP\d{3})", (ROOT / "docs/diagnostics/output.md").read_text("utf-8"), re.M)
    rows = {
        codes
        for part in (preflight_report.TEXT, preflight_report.PRODUCT, preflight_report.PRESS)
        for _, codes in part
    }
    apart = (
        "BP620",
        "BP621",
        "BP622",
        "BP65",
        "BP66",
        "BP67",
        "BP8",
    )  # of copies, verify, diff, archive, writing
    for code in documented:
        assert sum(code.startswith(codes) for codes in rows) == (0 if code.startswith(apart) else 1), code


def test_many_findings_still_take_one_page(home: Home) -> None:
    found = [
        warning("BP416", f"第{index}张图片不清楚，" * 12, Place(Path("content/2021-17/01.md"), index + 1, 1))
        for index in range(40)
    ]
    report = preflight_report.Report(
        "2021-17.pdf", "某刊2021年第17期", "0" * 64, (("页数", "6"),) * 13, (("版面", 40),) * 12, tuple(found)
    )
    loaded, _ = load_issue_settings(home, KEY)
    assert loaded
    fonts, _ = build.fonts_of(home, loaded)
    assert fonts
    pages, _ = build.lay_out(home, fonts, {"x": preflight_report.as_html(report)})
    reader = PdfReader(BytesIO(pages["x"]))
    assert len(reader.pages) == 1
    assert "还有30处" in without_space(reader.pages[0].extract_text())


def test_the_verdict_counts_findings() -> None:
    report = preflight_report.Report("x.pdf", "", "", (), (), (warning("BP416", "不清楚。"),))
    assert report.verdict == "合格，1 处提醒"
