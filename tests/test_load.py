"""What issue.yaml puts around the sections: front, attachments, masthead pictures, imprint, bylines, supplements."""

import time
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bulletin_pdf.build import prepare
from bulletin_pdf.home import Home
from bulletin_pdf.inputs import input_files
from bulletin_pdf.ledger import read_ledger
from bulletin_pdf.load import load_issue
from bulletin_pdf.model import Chart, EditorNote, Figure, Issue, Paragraph, Table, plain, texts
from notation import outline, shown
from publications import KEY, publication

SETTINGS = """期号: 17
总期号: 17
日期: 2021年7月9日
编号: "000001"
签发人: [王明, 李强]
刊标: 刊标.png
报头图: 底图.png
要目: true
卷首: 卷首.md
内容:
  - 01.md
附件: [附1.md, 附2.md]
出席: 王明、李强
列席: 张三
印发机关: 办公室
印发日期: 2021-7-12
印数: 120
"""
TEXTS = {
    "卷首.md": "::: 导读\n先读[^a]。\n:::\n\n正文。（编辑部）\n\n[^a]: 卷首的注[^b]。\n[^b]: 注里的注。\n",
    "01.md": "# 要闻\n\n## 标题\n\n正文[^1]。\n\n[^1]: 稿件的注。\n",
    "附1.md": "# 附件的标题\n\n附件[^1]。（办公室）\n\n[^1]: 附件的注。\n",
    "附2.md": "# 名单\n\n## 小标题\n\n甲\n",
}


def full(folder: Path) -> Home:
    """An issue that uses every setting of an issue."""
    home = publication(folder, TEXTS, settings=SETTINGS)
    Image.new("RGB", (400, 200)).save(home.content / "刊标.png")
    Image.new("RGB", (40, 20)).save(home.content / "底图.png")
    Image.new("RGB", (800, 400)).save(home.content / KEY / "底图.png")
    return home


def loaded(home: Home) -> Issue:
    issue, _, diagnostics = load_issue(home, KEY)
    assert diagnostics == []
    assert issue is not None
    return issue


def articles_of(folder: Path, text: str) -> list[str]:
    """Byline and blocks of the articles of one file."""
    issue = loaded(publication(folder, {"01.md": text}))
    return [
        line
        for section in issue.sections
        for article in section.articles
        for line in (f"作者行：{shown(article.byline)}", *outline(article.blocks))
    ]


# --- settings -------------------------------------------------------------------------------------------


def test_front_and_attachments(tmp_path: Path) -> None:
    issue = loaded(full(tmp_path))
    note, paragraph = issue.front
    assert isinstance(note, EditorNote)
    assert note.is_guide
    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.credit) == "（编辑部）"
    assert [plain(article.title) for article in issue.attachments] == ["附件的标题", "名单"]
    assert list(outline(issue.attachments[1].blocks)) == ["小标题1：小标题", "段落：甲"]
    assert issue.has_contents


def test_footnotes_are_numbered_through_front_sections_and_attachments(tmp_path: Path) -> None:
    notes = [line for text in texts(loaded(full(tmp_path))) if "{注" in (line := shown(text))]
    assert notes == [
        "先读{注1:段落：卷首的注{注2:段落：注里的注。}。}。",
        "正文{注3:段落：稿件的注。}。",
        "附件{注4:段落：附件的注。}。（办公室）",
    ]


def test_masthead_and_imprint(tmp_path: Path) -> None:
    issue = loaded(full(tmp_path))
    masthead = issue.masthead
    assert (masthead.copy_number, masthead.signers) == ("000001", ("王明", "李强"))
    assert masthead.logo is not None
    assert masthead.background is not None
    # The issue's own picture goes before the one beside publication.yaml.
    assert (masthead.logo.width, masthead.background.width) == (400, 800)
    assert [(line.key, line.label, line.text) for line in issue.attendance] == [
        ("attended", "出席", "王明、李强"),
        ("observers", "列席", "张三"),
    ]
    assert [(line.key, line.text) for line in issue.imprint][-3:] == [
        ("printed_by", "办公室"),
        ("printed_on", "2021年7月12日印发"),
        ("print_run", "共印120份"),
    ]


def test_pictures_of_the_masthead_are_inputs(tmp_path: Path) -> None:
    names = {name for name, _ in input_files(full(tmp_path), KEY, None)}
    assert {"content/刊标.png", "issue/底图.png", "publication.yaml"} <= names
    assert not {name for name in names if KEY in name}


@pytest.mark.parametrize("value", ["编号: 𪚥1", "签发人: [王明, 李大𪚥]", "出席: 王𪚥", "印发机关: 𪚥办公室"])
def test_what_is_printed_of_the_settings_has_its_place(tmp_path: Path, value: str) -> None:
    home = full(tmp_path)
    file = home.content / KEY / "issue.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    offset = next(index for index, each in enumerate(lines) if each.startswith(value.partition(":")[0]))
    lines[offset] = value
    file.write_text("\n".join(lines), encoding="utf-8")
    _, found = prepare(home, KEY)
    places = {each.place for each in found if "𪚥" in each.message}
    assert {(place.line, place.column) for place in places if place} == {(offset + 1, value.index("𪚥") + 1)}


def test_a_supplement_needs_no_total(tmp_path: Path) -> None:
    home = publication(tmp_path, settings="期号: 1\n增刊: true\n日期: 2021-07-09\n内容: [01.md]\n")
    issue = loaded(home)
    assert issue.masthead.total is None
    assert issue.masthead.numbering == "2021年增刊第1期"
    [entry], found = read_ledger(home)
    assert (entry.total, entry.is_supplement, entry.date, found) == (None, True, date(2021, 7, 9), [])


# --- articles -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["文/王明", "图／王明　文／李强", "作者：王明", "记者 王明", "本刊记者　王明", "通讯员 王明", "□ 王明", "■王明", "供稿：办公室", "摄影 王明", "**文/王明**"],
)  # fmt: skip
def test_bylines(tmp_path: Path, line: str) -> None:
    text = f"# 要闻\n\n## 标题\n\n### ——副题\n\n{line}\n\n正文。\n"
    assert articles_of(tmp_path, text)[1:] == ["段落：正文。"]
    assert line.strip("*") in articles_of(tmp_path / "2", text)[0]


@pytest.mark.parametrize(
    "line",
    ["记者从会上获悉，产量增长。", "文章写得好", "记者问：", "文/王明\n图/李强", "文/" + "王" * 39, "王明"],
)
def test_what_is_no_byline(tmp_path: Path, line: str) -> None:
    lines = articles_of(tmp_path, f"# 要闻\n\n## 标题\n\n{line}\n\n正文。\n")
    assert lines[0] == "作者行："
    assert len(lines) == 3


def test_only_the_first_paragraph_under_a_title_is_a_byline(tmp_path: Path) -> None:
    assert articles_of(tmp_path, "# 要闻\n\n文/王明\n\n正文。\n") == [
        "作者行：",
        "段落：文/王明",
        "段落：正文。",
    ]
    lines = articles_of(tmp_path / "2", "# 要闻\n\n## 标题\n\n正文。\n\n文/王明\n")
    assert lines == ["作者行：", "段落：正文。", "段落：文/王明"]


# --- CSV ------------------------------------------------------------------------------------------------


def table_of(folder: Path, csv: bytes, text: str = "![题注](a.csv)") -> Table | Chart:
    home = publication(folder, {"01.md": f"# 要闻\n\n{text}\n"})
    (home.content / KEY / "a.csv").write_bytes(csv)
    [block] = loaded(home).sections[0].articles[0].blocks
    assert isinstance(block, Table | Chart)
    return block


def test_cells_of_a_csv_file_stand_where_they_say(tmp_path: Path) -> None:
    csv = '\ufeff单位, 人数 ,比\r\n"甲""一""厂",1024,3.5%\r\n"乙\r\n厂",—,12%\r\n丙,7\r\n,,,\r\n'
    table = table_of(tmp_path, csv.encode())
    assert isinstance(table, Table)
    assert list(outline([table])) == [
        "表 — 右 小数：题注",
        "  单位 │ 人数 │ 比",
        '  甲"一"厂 │ 1024 │ 3.5%',
        "  乙{换行}厂 │ — │ 12%",
        "  丙 │ 7 │",
    ]
    places = [[(run.place.line, run.place.column) for run in cell] for cell in (*table.head, *table.rows[0])]
    assert places == [[(1, 1)], [(1, 5)], [(1, 9)], [(2, 2), (2, 5), (2, 8)], [(2, 11)], [(2, 16)]]
    assert table.head[0][0].place.file.name == "a.csv"


def test_a_chart_of_a_csv_file(tmp_path: Path) -> None:
    chart = table_of(tmp_path, "年,数\n2019,12\n2020,—\n".encode(), "![题注](a.csv){饼图}")
    assert isinstance(chart, Chart)
    assert (chart.kind, plain(chart.table.caption)) == ("pie", "题注")


def test_the_caption_of_the_container_wins(tmp_path: Path) -> None:
    text = "::: 表 *外面*的 {列宽=2:1 横排}\n![](a.csv)\n:::"
    table = table_of(tmp_path, "年,数\n2019,12\n".encode(), text)
    assert isinstance(table, Table)
    assert (plain(table.caption), table.widths, table.is_wide) == ("外面的", (2.0, 1.0), True)


# --- bounds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["[^a" * 20_000, "a" * 100_000, "[" * 19_000, "*a" * 9_900, "[^a" * 6_000, "![" * 9_900]
)
def test_nothing_takes_long(tmp_path: Path, text: str) -> None:
    home = publication(tmp_path, {"01.md": f"# 要闻\n\n{text}\n"})
    start = time.process_time()
    load_issue(home, KEY)
    assert time.process_time() - start < 20


def test_figures_keep_their_extent(tmp_path: Path) -> None:
    home = publication(tmp_path, {"01.md": "# 要闻\n\n![甲](a.png){半宽}\n"})
    Image.new("RGB", (8, 4)).save(home.content / KEY / "a.png")
    [block] = loaded(home).sections[0].articles[0].blocks
    assert isinstance(block, Figure)
    assert (block.extent, block.width) == ("half", 8)
