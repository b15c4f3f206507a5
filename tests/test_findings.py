"""Diagnostics: every case file in cases/diagnostics is a small publication and what is found wrong in it.

A line `@@ 01.md` begins a file of the issue (or `@@ /publication.yaml` one beside the issues' folders); what is
not given is good. Behind the name may stand how to write it: 编码 gbk, 换行 CRLF, 字节 (hexadecimal),
转义 (\\u200b for what can't be seen), 重复 N, 链接 TARGET, 图片 宽x高 格式, 图片头 宽x高 (no more than a PNG's
header), 无 (not there). Below the line of = stand the findings
with place, message and hint. `UPDATE_CASES=1 pytest` writes what came out: read it before you keep it.
"""

import io
import os
import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from bulletin_pdf.diagnostics import Severity, in_order
from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from notation import findings

CASES = sorted((Path(__file__).parent / "cases" / "diagnostics").glob("BP*.txt"))
DIVIDER = "\n==========\n"
GOOD = {
    "/publication.yaml": "刊名: 简报\n编发单位: 办公室\n",
    "issue.yaml": "期号: 1\n总期号: 1\n日期: 2024-01-05\n内容:\n  - 01.md\n",
    "01.md": "# 要闻\n\n正文。\n",
}


def write(file: Path, manner: str, text: str) -> None:
    """Write one file of a case in the manner that its header names."""
    file.parent.mkdir(parents=True, exist_ok=True)
    how, _, argument = manner.partition(" ")
    match how:
        case "链接":
            file.symlink_to(argument)
        case "字节":
            file.write_bytes(bytes.fromhex(text))
        case "图片":
            width, height, kind = re.fullmatch(r"(\d+)x(\d+) (\w+)", argument).groups()  # type: ignore[union-attr]
            data = io.BytesIO()
            Image.new("L", (int(width), int(height))).save(data, kind)
            file.write_bytes(data.getvalue())
        case "图片头":
            width, height = map(int, argument.split("x"))
            header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
            chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
            file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 16) + b"IDAT")
        case "编码":
            file.write_bytes(text.encode(argument))
        case "换行":
            file.write_bytes(text.replace("\n", {"CRLF": "\r\n", "CR": "\r"}[argument]).encode())
        case "转义":
            escape = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))")
            plain = escape.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
            file.write_bytes(plain.encode())
        case "重复":
            file.write_bytes(text.encode() * int(argument))
        case _:
            file.write_bytes(text.encode())


def lay_out(case: str, content: Path) -> None:
    """Write a case's publication into a content folder; its issue is 2024-01."""
    pieces = re.split(r"^@@ (\S+) ?(.*)\n", case, flags=re.MULTILINE)[1:]
    files = {name: ("", text) for name, text in GOOD.items()}
    files |= {
        name: (manner, text)
        for name, manner, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    }
    for name, (manner, text) in files.items():
        if manner != "无":
            write(content / (name[1:] if name.startswith("/") else f"2024-01/{name}"), manner, text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    typed, *expected = case.read_text(encoding="utf-8").split(DIVIDER)
    lay_out(typed + "\n", tmp_path / "content")
    issue, _, diagnostics = load_issue(Home(tmp_path), "2024-01")
    actual = "\n".join(findings(in_order(diagnostics))).replace("content/", "") + "\n"
    if os.environ.get("UPDATE_CASES"):
        case.write_text(DIVIDER.join([typed, actual]), encoding="utf-8")
    assert [actual] == expected
    assert (issue is None) == any(each.severity is Severity.ERROR for each in diagnostics)
    # The code in the file's name is among them, and nothing an editor reads lacks what to do.
    assert case.name[:5] in {each.code for each in diagnostics}
    assert all(each.hint for each in diagnostics)


def test_the_good_files_are_good(tmp_path: Path) -> None:
    lay_out("", tmp_path / "content")
    issue, _, diagnostics = load_issue(Home(tmp_path), "2024-01")
    assert issue is not None
    assert diagnostics == []


def test_every_code_of_the_content_has_a_case() -> None:
    package = Path(__file__).parents[1] / "src" / "bulletin_pdf"
    modules = [
        package / f"{name}.py"
        for name in ("source", "yaml_tree", "schema", "settings", "publication", "load")
    ]
    modules += (package / "manuscript").glob("*.py")
    texts = "".join(module.read_text(encoding="utf-8") for module in modules)
    assert set(re.findall(r'"(BP\d{3})"', texts)) == {case.name[:5] for case in CASES}
