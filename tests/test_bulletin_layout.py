"""The layout `bulletin` under words longer than its designer expected: nothing overlaps, nothing leaves the page."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

import publications
from bulletin_pdf.build import build
from bulletin_pdf.pdf import Pdf, PdfPage, read_pdf
from bulletin_pdf.pdf.painting import Stretch
from bulletin_pdf.resources import LAYOUTS
from publications import ISSUE, KEY

TEXT = {"01.md": "# 要闻\n\n正文。\n"}


def built(folder: Path, settings: str, articles: dict[str, str] | None = None) -> Pdf:
    home = publications.publication(folder, articles or TEXT, settings=ISSUE + settings)
    result = build(home, KEY)
    assert result.pdf, result.diagnostics
    pdf, _ = read_pdf(result.pdf.read_bytes(), result.pdf)
    assert pdf
    return pdf


def overlaps(page: PdfPage) -> Iterator[tuple[str, str]]:
    """Pairs of stretches that are painted over each other."""

    def cover(first: Stretch, second: Stretch) -> bool:
        side_by_side = min(ink_end(first), ink_end(second)) - max(ink_start(first), ink_start(second)) < 1
        return not side_by_side and abs(first.y - second.y) < 0.5 * min(first.size, second.size)

    def ink_end(stretch: Stretch) -> float:
        # The blank half of a mark may be squeezed out.
        return stretch.end - (0.5 * stretch.size if stretch.text[-1] in "，、；：。）”》　" else 0)

    def ink_start(stretch: Stretch) -> float:
        return stretch.x + (0.5 * stretch.size if stretch.text[0] in "（“《" else 0)

    shown = [stretch for stretch in page.stretches if stretch.text.strip()]
    return ((one.text, other.text) for one, other in combinations(shown, 2) if cover(one, other))


@pytest.mark.parametrize(
    "settings",
    [
        "编发单位: 办公室\n",
        "编发单位: [某某集团有限公司党委宣传部, 某某集团有限公司综合办公室]\n",
        f"编发单位: {'某某集团有限公司' * 6}\n",
        f"密级: {'内部资料　注意保存　' * 6}\n",
        f"发放: {'公司领导，各部门，' * 8}\n投稿邮箱: dangqunbu@chinalco-aluminium.com.cn\n",
        f"抄送: 上级\n投稿邮箱: {'a' * 60}@example.com\n印数: 1200\n",
        f"抄送: {'上级主管部门、' * 12}\n签发: {'欧阳某某、' * 6}\n责任编辑: 张三\n投稿邮箱: a@b.cn\n印数: 9\n",
    ],
)
def test_long_words_of_masthead_and_imprint_keep_clear_of_each_other(tmp_path: Path, settings: str) -> None:
    assert [pair for page in built(tmp_path, settings).pages for pair in overlaps(page)] == []


def test_text_painted_over_text_would_be_found(tmp_path: Path) -> None:
    page = built(tmp_path, "").pages[0]
    assert list(overlaps(replace(page, stretches=(*page.stretches, page.stretches[0]))))


def test_a_tall_picture_stays_in_the_type_area(tmp_path: Path) -> None:
    home = publications.publication(
        tmp_path, {"01.md": "# 要闻\n\n![会场](a.png)\n\n正文。\n"}, settings=ISSUE
    )
    Image.new("L", (900, 1600), 128).save(home.content / KEY / "a.png")
    result = build(home, KEY)
    assert result.pdf
    pdf, _ = read_pdf(result.pdf.read_bytes(), result.pdf)
    assert pdf
    # With its caption under it, on the page where it is called.
    assert "会场" in pdf.pages[0].text
    assert pdf.pages[0].has_picture


def test_text_comes_in_the_order_of_the_page(tmp_path: Path) -> None:
    pdf = built(tmp_path, "发放: 各部门\n抄送: 上级\n")
    text = "".join(stretch.text for stretch in pdf.pages[0].stretches)
    words = ["2021", "要闻", "正文", "发放：", "各部门", "抄送：", "上级"]
    places = [text.index(word) for word in words]
    assert places == sorted(places)


def test_a_long_table_begins_where_it_stands_and_repeats_its_head(tmp_path: Path) -> None:
    rows = "".join(f"| {number} | 单位{number} |\n" for number in range(60))
    pdf = built(tmp_path, "", {"01.md": f"# 要闻\n\n正文。\n\n| 序号 | 单位 |\n|---|---|\n{rows}"})
    assert ["序号" in "".join(stretch.text for stretch in page.stretches) for page in pdf.pages[:2]] == [
        True,
        True,
    ]


def test_footnotes_are_numbered_through_the_issue(tmp_path: Path) -> None:
    articles = {f"0{n}.md": f"# 栏目{n}\n\n正文[^1]。\n\n[^1]: 注{n}。\n" for n in (1, 2)}
    text = "".join(page.text for page in built(tmp_path, "  - 02.md\n", articles).pages)
    assert text.count("①") == 2
    assert text.count("②") == 2


def test_columns_stated_in_the_layout_alone_are_filled(tmp_path: Path) -> None:
    """Two columns, a smaller type, another pitch: lines fill the new measure, and every line is as composed."""
    home = publications.publication(
        tmp_path, {"01.md": f"# 要闻\n\n{'各单位要压实责任，排查隐患，做好防汛。' * 60}\n"}
    )
    shutil.copytree(LAYOUTS / "bulletin", home.layouts / "bulletin")
    file = home.layouts / "bulletin" / "layout.yaml"
    area = {
        "size: 三号 ": "size: 五号 ",
        "pitch: 24.88pt": "columns: 2\n  pitch: 18pt",
        "characters: 28": "characters: 44",
    }
    text = file.read_text(encoding="utf-8")
    for old, new in area.items():
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    result = build(home, KEY)
    assert result.pdf, result.diagnostics
    pdf, _ = read_pdf(result.pdf.read_bytes(), result.pdf)
    assert pdf
    # 44 characters of 10.5 pt less a gap of two: 21 characters a column.
    lengths = [stretch.end - stretch.x for stretch in pdf.pages[0].stretches if len(stretch.text) > 18]
    assert max(lengths) == pytest.approx(21 * 10.5, abs=10.6)
    assert len({round(stretch.x) for stretch in pdf.pages[0].stretches if len(stretch.text) > 18}) >= 2


def test_typed_spaces_and_paths_are_drawn_as_composed(tmp_path: Path) -> None:
    # Spaces beside marks, in rows, behind several Latin words; credits squeezed in; the signs of paths.
    text = """系统、 “学习” 平台 ， 用 A 。 Windows 和 Mac OS X 系统，stable release 版本可以提供最好的稳定性，见 “用户手册” ，使得
（甲） 乙 。 “丙” 丁 ， 戊 己。 用 GNU gettext(1) 和 "noatime" 选项，在 /usr/share/doc/linux/ 里面找到 。 时，调用 package unknown   脚本。
再 “说” 一 遍 ， 又 说 一遍 ， 就 是 这 样 的 。 程序读不懂的写法一律报错，而logon script  = STARTUP.BAT, 那么·（将要）。

成品里的文字要抽出来，与稿件逐字比对；每一行的左右两端都要落在版心的边上，只有悬挂的标点可以越过。（简报编辑部）
"""
    home = publications.publication(tmp_path, {"01.md": f"# 要闻\n\n{text}"})
    # Proofreading has much to say about this text.
    found = [finding for finding in build(home, KEY).diagnostics if not finding.code.startswith("PR")]
    assert [str(finding) for finding in found] == []
