"""The syntax of PDF read fast: whatever a stream holds, the same as pypdf reads, or pypdf reads it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import (
    ByteStringObject,
    ContentStream,
    DecodedStreamObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

import publications
from bulletin_pdf import build, prepress
from bulletin_pdf.pdf import syntax as pdf_syntax
from bulletin_pdf.pdf.syntax import operations, read_packed

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def typed(value: Any) -> Any:
    """A value with the type of everything in it: 1 is not 1.0, nor True."""
    match value:
        case StreamObject():
            return type(value).__name__, value.get_data()
        case IndirectObject():
            return "reference", value.idnum, value.generation
        case TextStringObject() | ByteStringObject():
            return type(value).__name__, str(value), bytes(value.original_bytes)
        case dict():
            return type(value).__name__, [(typed(key), typed(each)) for key, each in value.items()]
        case list() | tuple():
            return type(value).__name__, [typed(each) for each in value]
    return type(value).__name__, repr(value)


def outcome(read: Callable[[], Any]) -> Any:
    """What reading gives, or the kind of error."""
    try:
        return typed(read())
    except Exception as problem:
        return type(problem).__name__


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The streams that are left to pypdf."""
    streams: list[Any] = []

    def noted(stream: Any, reader: Any) -> ContentStream:
        streams.append(stream)
        return ContentStream(stream, reader)

    monkeypatch.setattr(pdf_syntax, "ContentStream", noted)
    return streams


# --- content streams ------------------------------------------------------------------------------------


def content(data: bytes) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream


def read(data: bytes) -> Sequence[pdf_syntax.Operation]:
    return operations(content(data), None)  # type: ignore[arg-type]


def read_by_pypdf(data: bytes) -> list[pdf_syntax.Operation]:
    return [pdf_syntax._operation(*each) for each in ContentStream(content(data), None).operations]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", []),
        (b" \r\n\t", []),
        (b"q\nQ", [("q", []), ("Q", [])]),
        (b"1 0 0 -1 72.5 .5 cm", [("cm", [1, 0, 0, -1, 72.5, 0.5])]),
        (b"-.5 +3 4. 007 -0 d1", [("d1", [-0.5, 3, 4.0, 7, 0])]),
        (b"/F1 21 Tf/a1.0 gs", [("Tf", ["/F1", 21]), ("gs", ["/a1.0"])]),
        (b"/Span<</MCID 0>>BDC", [("BDC", ["/Span", {"/MCID": 0}])]),
        (
            b"/P<</A[true false null]/B<</C/D>>>>DP",
            [("DP", ["/P", {"/A": [True, False, None], "/B": {"/C": "/D"}}])],
        ),
        (b"[<0e5F>-12<>-12.8<0 4\n9>]TJ", [("TJ", [[b"\x0e\x5f", -12, b"", -12.8, b"\x04\x90"]])]),
        (b"(a(b(c))d)Tj", [("Tj", [b"a(b(c))d"])]),
        (rb"(\n\r\t\b\f\(\)\\)'", [("'", [b"\n\r\t\b\f()\\"])]),
        (rb'0 0(\0\53\0533)"', [('"', [0, 0, b"\0+\x2b3"])]),
        (b"(a\\\nb\\\r\nc\nd)Tj", [("Tj", [b"abc\nd"])]),
        (b"(\xfe\xffN-)Tj(\x90\xff)Tj", [("Tj", [b"\xfe\xffN-"]), ("Tj", [b"\x90\xff"])]),
        (b"[]0 d W* n", [("d", [[], 0]), ("W*", []), ("n", [])]),
    ],
)
def test_what_is_familiar_is_read_directly(data: bytes, wanted: list[Any], left: list[Any]) -> None:
    assert typed(read(data)) == typed(wanted)
    assert left == []
    assert typed(read_by_pypdf(data)) == typed(wanted)


UNFAMILIAR = [
    b"q BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q",
    b"q % a comment\nQ",
    b"/A#20B gs",
    b"/\xe4\xb8\xad gs",
    b"--5 1-2 1.2.3 . - 1,5 re",
    b"5Tf",
    b"1e5 w",
    b"1_0 w",
    b"inf w",
    b"(((((deep))))) Tj",
    rb"(\400\8\q\/) Tj",
    b"(\\",
    b"(open Tj",
    b"<zz> Tj",
    b"<12",
    b"[1 2",
    b"[1 2>> TJ",
    b"] TJ",
    b"<</A 1/A 2>> BDC",
    b"<</A>> BDC",
    b"<<1 2>> BDC",
    b"<<[] 2>> BDC",
    b"[q] TJ",
    b"1 0 R Do",
    b"[1 0 R] TJ",
    b"true Tj",
    b"Foo",
    b"qQ",
    b"1 2 3",
    b"q\0Q",
    b"q\vQ",
    b"{ } q",
    b"[" * 2000,
    b"9" * 70 + b" w",
    b"/" + b"n" * 200 + b" gs",
]


@pytest.mark.parametrize("data", UNFAMILIAR)
def test_what_is_unfamiliar_is_left_to_pypdf(data: bytes, left: list[Any]) -> None:
    assert outcome(lambda: read(data)) == outcome(lambda: read_by_pypdf(data))
    assert len(left) == 1


def test_an_inline_image() -> None:
    (_, (dictionary, data)), painted = read(b"BI /W 2 /H 1 /BPC 8 /CS /G ID ab EI f")
    assert dictionary == {"/W": 2, "/H": 1, "/BPC": 8, "/CS": "/G"}
    assert (data, painted) == (b"ab", ("f", []))


def test_a_very_long_stream_is_left_to_pypdf(monkeypatch: pytest.MonkeyPatch, left: list[Any]) -> None:
    monkeypatch.setattr(pdf_syntax, "LONGEST", 3)
    assert read(b"q Q") == [("q", []), ("Q", [])]
    assert left == []
    assert read(b"q Q ") == [("q", []), ("Q", [])]
    assert len(left) == 1


blanks = st.sampled_from([b" ", b"\n", b"\r\n", b"\t", b"\f", b"  "])
numbers = st.sampled_from(
    [b"0", b"-12", b"+3", b"4.", b"-.5", b".25", b"0005", b"-0.0", b"-12.80952380952381"]
)
names = st.sampled_from([b"/F1", b"/a1.0", b"/MCID", b"/A'*", b"/", b"/1", b"/true"])
hexadecimals = st.sampled_from([b"<>", b"<0e5F>", b"<0 e\n5>", b"<feff4e2d>", b"<feff4e>", b"<80>"])
strings = st.lists(
    st.sampled_from(
        [
            b"ab",
            rb"\n",
            rb"\(",
            rb"\\",
            rb"\53",
            rb"\0533",
            b"\\\r\n",
            b"(in)",
            b"\xff\0",
            b"\xfe\xff",
            b"%<>",
        ]
    )
).map(lambda parts: b"(" + b"".join(parts) + b")")
scalars = numbers | names | hexadecimals | strings


def bracketed(values: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    inner = values | st.sampled_from([b"true", b"false", b"null"])
    pairs = st.dictionaries(st.sampled_from([b"/A", b"/B", b"/C"]), inner, max_size=3)
    return st.lists(inner, max_size=4).map(lambda parts: b"[" + b" ".join(parts) + b"]") | pairs.map(
        lambda each: b"<<" + b" ".join(key + b" " + value for key, value in each.items()) + b">>"
    )


values = st.recursive(scalars, bracketed, max_leaves=6)
operators = st.sampled_from(pdf_syntax._OPERATORS).map(str.encode)
operation = st.builds(
    lambda operands, operator: b" ".join((*operands, operator)), st.lists(values, max_size=3), operators
)
sound = st.lists(st.tuples(operation, blanks).map(b"".join), max_size=6).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(sound)
def test_any_sound_stream(data: bytes) -> None:
    assert typed(pdf_syntax._read(data.decode("latin-1"), pdf_syntax._PLAIN)) == typed(read_by_pypdf(data))


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Something sound, then a little of it lost, changed or slipped in."""
    data = draw(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        slipped = draw(
            st.sampled_from(
                [b"", *(bytes((each,)) for each in b"[]<>()/%\\ \0\n-.0Rt'{\xff"), *UNFAMILIAR[:8]]
            )
        )
        data = data[:at] + slipped + data[at + draw(st.integers(0, 2)) :]
    return data


@settings(max_examples=500, deadline=None)
@given(damaged(sound))
def test_any_damaged_stream(data: bytes) -> None:
    assert outcome(lambda: read(data)) == outcome(lambda: read_by_pypdf(data))


# --- object streams -------------------------------------------------------------------------------------


def file_of(*objects: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    """A PDF with a stream of objects, numbered from 3 on. change: of the stream's data."""
    offsets = [sum(len(each) + 1 for each in objects[:index]) for index in range(len(objects))]
    index = b" ".join(b"%d %d" % (3 + number, offset) for number, offset in enumerate(offsets)) + b" "
    data = change(index + b"\n".join(objects) + b"\n")
    head = b"%PDF-1.7\n"
    stream = b"1 0 obj\n<</Type/ObjStm/N %d/First %d/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    body = head + stream % (len(objects), len(index), len(data), data)
    entries = [
        (0, 0, 65535),
        (1, len(head), 0),
        (1, len(body), 0),
        *((2, 1, each) for each in range(len(objects))),
    ]
    table = b"".join(kind.to_bytes(1) + where.to_bytes(4) + last.to_bytes(2) for kind, where, last in entries)
    cross = b"2 0 obj\n<</Type/XRef/W[1 4 2]/Size %d/Root 3 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    return body + cross % (len(entries), len(table), table) + b"startxref\n%d\n%%%%EOF\n" % len(body)


CATALOGUE = b"<</Type/Catalog/Pages 4 0 R>>"
PAGES = b"<</Type/Pages/Kids[]/Count 0>>"


def opened(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data), strict=True)


def read_ahead(data: bytes) -> PdfReader:
    reader = opened(data)
    read_packed(reader)
    return reader


def everything(reader: PdfReader) -> list[Any]:
    numbers = {*reader.xref_objStm, *reader.xref.get(0, {})} - {0}
    return [reader.get_object(number) for number in sorted(numbers)]


def is_alike(data: bytes) -> bool:
    """Whether a file reads alike, and objects know their own number."""
    ahead = outcome(lambda: everything(read_ahead(data)))
    return bool(ahead == outcome(lambda: everything(opened(data))))


OBJECTS = [
    b"<</Type/StructElem/S/P/K[0 6 0 R<</Type/MCR/MCID 3>>]/P 5 0 R/Alt(a\\(b)>>",
    b"[1 -2.5 true null(x)<feff4e2d><0102>/N 5 0 R 7 0 R]",
    b"<<\n/A 1\n/B [ 0.0 595.2756 ]\n/C << /D /E >>\n>>",
]


def test_packed_objects_are_read_directly() -> None:
    data = file_of(CATALOGUE, PAGES, *OBJECTS)
    reader = read_ahead(data)
    assert {number for _, number in reader.resolved_objects} == {1, 2, 3, 4, 5, 6, 7}
    assert is_alike(data)
    for number in range(3, 8):
        found: Any = reader.get_object(number)
        assert (found.indirect_reference.idnum, found.indirect_reference.pdf) == (number, reader)


@pytest.mark.parametrize(
    "odd",
    [
        b"17",
        b"/Name",
        b"(string)",
        b"null",
        b"true",
        b"5 0 R",
        b"<</A 1/A 2>>",
        b"<</A 1",
        b"<</A>>",
        b"<<[1] 2>>",
        b"[1 2",
        b"[1 2] 3",
        b"[1 % comment\n 2]",
        b"</A 1>>",
        b"<</A#20 1>>",
        b"[+5 0 R]",
        b"[1-2 --3 R 5 R]",
        b"",
        b"<</A 1>>\nendobj <</B 2>>",
    ],
)
def test_a_stream_with_something_odd_is_left_to_pypdf(odd: bytes) -> None:
    data = file_of(CATALOGUE, PAGES, odd, *OBJECTS)
    assert {number for _, number in read_ahead(data).resolved_objects} == {1, 2}
    assert is_alike(data)


@pytest.mark.parametrize("children", ["", "0", "0 1 22", "6 0 R", "6 0 R 7 0 R", "0 6 0 R 1 7 0 R 2"])
def test_elements_of_the_structure_tree(children: str) -> None:
    element = f"<</Type /StructElem/S /Span/K [{children}]/Pg 4 0 R/P 5 0 R>>".encode()
    data = file_of(CATALOGUE, PAGES, element, *OBJECTS, element)
    assert len(read_ahead(data).resolved_objects) == 9
    assert is_alike(data)


ODD_CHILDREN = [
    "6 0 R7",
    " 0 ",
    "0  1",
    "-1",
    "0.5",
    "12345678",
    "1234567 0 R",
    "6 1 R",
    "6 0",
    "6 0 Rx",
    "/A",
    "(6 0 R)",
    "6 0 R 7 0",
]


@pytest.mark.parametrize(
    "element",
    [
        *(f"<</Type /StructElem/S /Span/K [{each}]/Pg 4 0 R/P 5 0 R>>" for each in ODD_CHILDREN),
        "<</Type /StructElem/S /Sp#61n/K [0]/Pg 4 0 R/P 5 0 R>>",
        "<</Type /StructElem/S /Span/K [0]/Pg 4 0 R/P 5 0 R/Alt (a)>>",
        "<</Type /StructElem/S /Span/K [0]/Pg 4 0 R/P 5 0 R>> 1",
        "<</Type /StructElem/S /Span/K [0]/Pg 4 0 R/P 5 0 R/P 5 0 R>>",
        "<</Type /StructElem/S /Span/K 0/Pg 4 0 R/P 5 0 R>>",
    ],
)
def test_odd_elements_read_alike(element: str) -> None:
    assert is_alike(file_of(CATALOGUE, PAGES, *OBJECTS, element.encode()))


def test_an_object_that_is_named_twice_is_left_to_pypdf() -> None:
    element = b"<</Type /StructElem/S /Span/K []/Pg 4 0 R/P 5 0 R>>"
    data = file_of(CATALOGUE, PAGES, b"<</A 1>>", element).replace(b" 5 ", b" 6 ", 1)
    assert b" 6 " in data
    assert {number for _, number in read_ahead(data).resolved_objects} == {1, 2}
    assert is_alike(data)


def test_an_object_does_not_run_into_the_next() -> None:
    assert is_alike(file_of(CATALOGUE, PAGES, b"[(a", b"b)]", b"<<>> endobj <<>>"))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"5 ", b"x ", 1),
        lambda data: data.replace(b"5 ", b"-5 ", 1),
        lambda data: data.replace(b"4 ", b"99 ", 1),
        lambda data: data.replace(b"3 0 4 ", b"3 9 4 ", 1),
        lambda data: data[:40],
        lambda data: b"",
    ],
)
def test_a_damaged_index_is_left_to_pypdf(change: Callable[[bytes], bytes]) -> None:
    assert is_alike(file_of(CATALOGUE, PAGES, *OBJECTS, change=change))


@settings(max_examples=300, deadline=None)
@given(st.lists(bracketed(values) | damaged(bracketed(values)), min_size=1, max_size=4))
def test_any_objects(objects: list[bytes]) -> None:
    assert is_alike(file_of(CATALOGUE, PAGES, *objects))


def test_a_later_version_of_an_object_stays_the_latest() -> None:
    data = file_of(CATALOGUE, PAGES, b"<</Old true>>")
    start = data.rindex(b"startxref\n")
    later = b"5 0 obj\n<</New true>>\nendobj\n"
    table = b"xref\n5 1\n%010d 00000 n \n" % start
    trailer = b"trailer\n<</Size 6/Root 3 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    changed = (
        data[:start] + later + table + trailer % (int(data[start + 10 :].split()[0]), start + len(later))
    )
    assert is_alike(changed)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_wrong_count_is_left_to_pypdf(count: int) -> None:
    data = file_of(CATALOGUE, PAGES, *OBJECTS).replace(b"/N 5", b"/N %d" % count)
    assert {number for _, number in read_ahead(data).resolved_objects} == {1, 2}
    assert is_alike(data)


# --- files ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The issues of this repository as PDF; the seed as print file and for the archive."""
    homes = {
        "2021-17": publications.seed(tmp_path_factory.mktemp("seed")),
        "2026-01": publications.copy_issue(tmp_path_factory.mktemp("demonstration"), "2026-01"),
    }
    made: dict[str, bytes] = {}
    for key, home in homes.items():
        prepared, found = build.prepare(home, key)
        assert prepared, found
        data, found = build._paginating(home, prepared)()
        assert data, found
        made[key] = data
    for name, make in (("付印", prepress.press), ("存档", prepress.archive)):
        data, found = make(homes["2021-17"], "2021-17", made["2021-17"], Path("x.pdf"))
        assert data, found
        made[name] = data
    return made


def painting(reader: PdfReader) -> Iterator[Any]:
    """Every stream of operators: of pages, forms, patterns."""
    for page in reader.pages:
        yield page.get_contents()
    for each in everything(reader):
        if isinstance(each, StreamObject) and (each.get("/Subtype") == "/Form" or "/PatternType" in each):
            yield each


@pytest.mark.parametrize("name", ["2021-17", "2026-01", "付印", "存档"])
def test_our_own_files_are_read_directly(name: str, files: dict[str, bytes], left: list[Any]) -> None:
    assert is_alike(files[name])
    reader = read_ahead(files[name])
    assert {(0, number) for number in reader.xref_objStm} <= set(reader.resolved_objects)
    for stream in painting(reader):
        by_pypdf = [pdf_syntax._operation(*each) for each in ContentStream(stream, reader).operations]
        assert typed(operations(stream, reader)) == typed(by_pypdf)
    assert left == []
