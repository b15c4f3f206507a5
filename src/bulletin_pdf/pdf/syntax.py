"""Tool: the syntax of PDF read fast: content streams, and the objects that a file packs in streams. A home of pypdf.

Source: PDF 32000-1, 7.2, 7.3, 7.5.7, 7.8.2. pypdf reads byte by byte; here one regular expression finds the tokens, and
what a token means is found once. Whatever is not known for sure (inline images, comments, damage, anything rare) is left
to pypdf, so that both always read the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import Any

import pypdf
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
    create_string_object,
)

Operation = tuple[str, list[Any]]
"""An operator and its operands: names as str with their slash, strings as bytes, arrays as list, dictionaries as dict, null
as None. An inline image is the operator BI with its dictionary and its data."""

# Bytes of content that are read at once; of more, pypdf watches how much work it makes.
LONGEST = 1 << 23
# Implementation limit (annex C).
LONGEST_NAME = 127


class _UnfamiliarError(ValueError):
    """Something that is left to pypdf."""


# --- tokens ---------------------------------------------------------------------------------------------

_BLANK = r"[ \t\n\f\r]"
# Other bytes may be regular too, but rarely are.
_REGULAR = r"[^\0-\x20()<>\[\]{}/%\x7f-\xff]"
_REFERENCE = rf"\d{{1,7}}+{_BLANK}{{1,3}}+\d{{1,3}}+{_BLANK}{{1,3}}+R(?!{_REGULAR})"
_HEXADECIMAL = r"<[0-9A-Fa-f \t\n\f\r]*+>"
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})")
_ESCAPED = re.compile(r"\\([0-7]{1,3}|[\r\n]{1,2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "(": "(", ")": ")", "\\": "\\"}


def _literal(depth: int) -> str:
    """A string in parentheses, which may hold pairs of them."""
    nested = rf"|{_literal(depth - 1)}" if depth else ""
    return rf"\((?:[^()\\]++|\\.{nested})*+\)"


def _tokens(*special: str) -> re.Pattern[str]:
    """Finds each token behind blanks; "" stands for what is none."""
    known = (rf"/{_REGULAR}*+", *special, rf"{_REGULAR}++", r"<<|>>|[\[\]]", _HEXADECIMAL, _literal(2))
    return re.compile(rf"{_BLANK}*+(?:({'|'.join(known)})|.)", re.DOTALL | re.ASCII)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A token that is no value. closing: of an opening bracket, its other half. ends: operands stand before it."""

    word: str
    closing: str = ""
    ends: bool = False


_BRACKETS_AND_CONSTANTS = {
    "[": _Sign("[", "]"),
    "<<": _Sign("<<", ">>"),
    **{word: _Sign(word) for word in ("]", ">>", "true", "false", "null")},
}


def _string(token: str) -> bytes:
    if token[0] == "<":
        digits = "".join(token[1:-1].split())
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _ESCAPED.sub(_unescaped, token[1:-1]).encode("latin-1")


def _unescaped(match: re.Match[str]) -> str:
    escaped = match[1]
    if escaped in _ESCAPES:
        return _ESCAPES[escaped]
    if escaped[0] in "\r\n":
        return ""
    return chr(int(escaped, 8))  # beyond a byte it cannot be encoded


@dataclass(frozen=True, slots=True)
class _Making:
    """What is made of tokens: plain values, or objects of pypdf."""

    tokens: re.Pattern[str]
    meaning: Callable[[str], Any]
    """A value, or a sign."""
    constants: Mapping[str, Any]
    array: Callable[[list[Any]], Any]
    dictionary: Callable[[list[Any]], Any]


def _meaning(
    token: str,
    *,
    signs: Mapping[str, _Sign],
    name: Callable[[str], Any],
    string: Callable[[bytes], Any],
    integer: Callable[[int], Any],
    real: Callable[[float], Any],
) -> Any:
    if token in signs:
        return signs[token]
    if token[0] == "/":
        if "#" in token or len(token) > LONGEST_NAME:
            raise _UnfamiliarError
        return name(token)
    if token[0] in "<(":
        return string(_string(token))
    if not _NUMBER.fullmatch(token):
        raise _UnfamiliarError
    return real(float(token)) if "." in token else integer(int(token))


def _pairs(values: list[Any], name: type) -> dict[Any, Any]:
    keys = values[::2]
    for key in keys:
        if type(key) is not name:
            raise _UnfamiliarError
    pairs = dict(zip(keys, values[1::2], strict=True))
    if len(pairs) < len(keys):
        raise _UnfamiliarError
    return pairs


def _read(text: str, making: _Making) -> list[Operation]:
    """The words that end something, each with the values before it."""
    tokens = making.tokens.findall(text + "\0")
    if tokens.pop() or "" in tokens:
        raise _UnfamiliarError
    found: list[Operation] = []
    values: list[Any] = []
    outer: list[tuple[str, list[Any]]] = []
    for meaning in map(making.meaning, tokens):
        if type(meaning) is not _Sign:
            values.append(meaning)
        elif meaning.closing:
            outer.append((meaning.closing, values))
            values = []
        elif outer and meaning.word == outer[-1][0]:
            closing, before = outer.pop()
            before.append(making.array(values) if closing == "]" else making.dictionary(values))
            values = before
        elif outer and meaning.word in making.constants:
            values.append(making.constants[meaning.word])
        elif not outer and meaning.ends:
            found.append((meaning.word, values))
            values = []
        else:
            raise _UnfamiliarError
    if outer or values:
        raise _UnfamiliarError
    return found


# --- content streams ------------------------------------------------------------------------------------

# Annex A, without inline images.
_OPERATORS = re.findall(
    r"\S+",
    """b B b* B* BDC BMC BT BX c cm CS cs d d0 d1 Do DP EMC ET EX f F f* G g gs h i j J K k l m M MP n q Q re RG rg ri
    s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"""",
)

_PLAIN = _Making(
    tokens=_tokens(),
    # Few tokens, such as operators and the codes of characters set apart, make up most of a file.
    meaning=lru_cache(maxsize=1 << 12)(
        partial(
            _meaning,
            signs={**_BRACKETS_AND_CONSTANTS, **{word: _Sign(word, ends=True) for word in _OPERATORS}},
            name=str,
            string=bytes,
            integer=int,
            real=float,
        )
    ),
    constants={"true": True, "false": False, "null": None},
    array=list,
    dictionary=partial(_pairs, name=str),
)


def operations(stream: Any, reader: pypdf.PdfReader) -> Sequence[Operation]:
    """What a content stream does, in order: of a page, as pypdf gives its contents, of a form or a pattern.

    Raises what pypdf raises for a stream that cannot be read.
    """
    data = stream.get_data()
    try:
        if len(data) > LONGEST:
            raise _UnfamiliarError
        return _read(data.decode("latin-1"), _PLAIN)
    except ValueError:
        return [_operation(*read) for read in ContentStream(stream, reader).operations]


def _operation(operands: Any, operator: bytes) -> Operation:
    if operator == b"INLINE IMAGE":
        return "BI", [_value(operands["settings"]), operands["data"]]
    return operator.decode("latin-1"), [_value(operand) for operand in operands]


def _value(read: Any) -> Any:
    """What pypdf has read, as a plain value."""
    match read:
        case TextStringObject() | ByteStringObject():
            return bytes(read.original_bytes)
        case NameObject():
            return str(read)
        case BooleanObject():
            return read.value
        case NumberObject():
            return int(read)
        case FloatObject():
            return float(read)
        case ArrayObject():
            return [_value(each) for each in read]
        case DictionaryObject():
            return {str(key): _value(each) for key, each in read.items()}
        case _:
            return None


# --- object streams -------------------------------------------------------------------------------------

_OBJECT_TOKENS = _tokens(_REFERENCE)
_END = "endobj"
_HOLDERS = ArrayObject, DictionaryObject
# Nine of ten packed objects are elements of the structure tree, which WeasyPrint writes like this.
_ELEMENT = re.compile(
    r"<</Type /StructElem/S (/[A-Z][A-Za-z0-9]{0,30})/K \[((?:@(?: @)*+)?)\]/Pg (\d{1,7}+ 0 R)/P (\d{1,7}+ 0 R)>>\n".replace(
        "@", r"\d{1,7}+(?: 0 R)?+"
    ),
    re.ASCII,
)
_CHILD = re.compile(r"\d++(?: 0 R)?+", re.ASCII)
_NO_INDEX = re.compile(rb"[^0-9 \t\n\f\r]")


def read_packed(reader: pypdf.PdfReader) -> None:
    """Have a reader know what its file has packed in streams, before it reads that object by object.

    A stream that holds anything unfamiliar is left to pypdf as a whole. Raises what pypdf raises for one that it cannot
    open.
    """
    for stream in sorted({stream for stream, _ in reader.xref_objStm.values()}):
        try:
            found = list(_packed(stream, reader))
        except ValueError:
            continue
        for number, value in found:
            # A later version of an object may stand elsewhere.
            is_latest = reader.xref_objStm.get(number, (0, 0))[0] == stream
            if is_latest and (0, number) not in reader.resolved_objects:
                reader.cache_indirect_object(0, number, value)


def _packed(stream: int, reader: pypdf.PdfReader) -> Iterator[tuple[int, Any]]:
    """The objects of one stream, each with its number."""
    packed: Any = reader.get_object(stream)
    count, first, data = packed.get("/N"), packed.get("/First"), packed.get_data()
    if packed.get("/Type") != "/ObjStm" or type(count) is not NumberObject or type(first) is not NumberObject:
        raise _UnfamiliarError
    if not 0 <= first <= len(data) or _NO_INDEX.search(data, 0, first):
        raise _UnfamiliarError
    index = [int(number) for number in data[:first].split()]
    starts = [first + offset for offset in index[1::2]]
    if len(index) != 2 * count or len(set(index[::2])) < count:
        raise _UnfamiliarError  # of an object named twice, the first counts
    text = data.decode("latin-1")
    if _END in text:
        raise _UnfamiliarError  # where an object ends will be told by it
    making = _objects(reader)
    others: list[tuple[int, str]] = []
    for number, (start, end) in zip(index[::2], pairwise((*starts, len(text))), strict=True):
        if element := _ELEMENT.fullmatch(text, start, end):
            yield number, _element(making.meaning, *element.groups())
        else:
            others.append((number, text[start:end]))
    read = _read("".join([f"{each} {_END} " for _, each in others]), making)
    for (number, _), (_, [value]) in zip(others, read, strict=True):
        if not isinstance(value, _HOLDERS):
            raise _UnfamiliarError  # a shared value, on which pypdf would note more than one number
        yield number, value


def _element(
    meaning: Callable[[str], Any], role: str, children: str, page: str, parent: str
) -> DictionaryObject:
    """An element of the structure tree."""
    return DictionaryObject(
        {
            meaning("/Type"): meaning("/StructElem"),
            meaning("/S"): meaning(role),
            meaning("/K"): ArrayObject(map(meaning, _CHILD.findall(children))),
            meaning("/Pg"): meaning(page),
            meaning("/P"): meaning(parent),
        }
    )


def _objects(reader: pypdf.PdfReader) -> _Making:
    made = partial(
        _meaning,
        signs={**_BRACKETS_AND_CONSTANTS, _END: _Sign(_END, ends=True)},
        name=NameObject,
        string=create_string_object,
        integer=NumberObject,
        real=FloatObject,
    )

    @cache
    def meaning(token: str) -> Any:
        if token[-1] == "R" and token[0].isdecimal():
            number, generation, _ = token.split()
            return IndirectObject(int(number), int(generation), reader)
        return made(token)

    return _Making(
        tokens=_OBJECT_TOKENS,
        meaning=meaning,
        constants={"true": BooleanObject(True), "false": BooleanObject(False), "null": NullObject()},
        array=ArrayObject,
        dictionary=lambda values: DictionaryObject(_pairs(values, NameObject)),
    )
