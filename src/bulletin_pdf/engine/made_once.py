"""Tool: what WeasyPrint makes for every page or box, made once where it is the same. Reaches into WeasyPrint, pydyf and
tinyhtml5.

Of 600 pages these take a third of the time, and of the memory, of a plain layout with WeasyPrint 70:

* The styles of a page and of its sixteen margin boxes, looked for among those of all pages before. Pages of one kind
  share them here.
* The styles of six pseudo-elements for every element, though few are ever drawn, and of all below an element with an id.
  Those that come out the same are shared.
* For every element of a tagged file the list of all pages, to take one from it. It is kept until a page is added.
* The lengths of every box, and of every text its line-height and the description of its font, each out of a dozen
  properties of its style. They are kept with the style.
* Every property of a style in some forty steps, though nine of ten are what they are at first, or what the parent has.
* The files of the fonts, of which a subset is made and nothing else is needed.
* The pattern that tells where an attribute's name ends in the HTML, letter by letter. tinyhtml5 means to keep such patterns,
  but keeps each under itself.

It is done for the versions that the lock file pins, and tests hold that the outcome is the same to the byte.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType
from typing import Any

from bulletin_pdf.engine.stand_ins import standing_in

VERSIONS = "70.0", "0.13.0", "2.1.0"
# Elements, and the pseudo-elements whose styles WeasyPrint does not write to.
_SHARED = {None, "before", "after", "marker"}
_SHARED |= {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}


@contextmanager
def made_once() -> Iterator[None]:
    """While it holds, what is the same for many pages or boxes is made once."""
    import weasyprint
    from weasyprint import layout, tinyhtml5
    from weasyprint.css import ComputedStyle, StyleFor
    from weasyprint.layout import inline, page, percent
    from weasyprint.pdf import fonts, pydyf, stream
    from weasyprint.text import line_break

    if (weasyprint.__version__, pydyf.__version__, tinyhtml5.__version__) != VERSIONS:
        yield
        return
    lengths = percent.resolve_percentages
    with standing_in(
        (page, "set_page_type_computed_styles", _shared_by_pages(page.set_page_type_computed_styles)),
        (StyleFor, "set_computed_styles", _shared_by_elements(StyleFor.set_computed_styles)),
        (ComputedStyle, "__missing__", _property(ComputedStyle.__missing__)),
        (pydyf.PDF, "page_references", property(_references)),
        (line_break, "get_font_description", _kept_with_style(line_break.get_font_description)),
        (inline, "strut", _kept_with_style(inline.strut)),
        (line_break, "font_features", lru_cache(line_break.font_features)),
        (stream, "Font", _read_late(fonts)),
        (tinyhtml5.inputstream, "characters_until_regex", _Patterns()),
        *((user, "resolve_percentages", _lengths_once(lengths)) for user in _users_of(lengths, layout)),
    ):
        yield


def _read_late(fonts: Any) -> Any:
    """The class of fonts, so that one reads its file when that is needed; mostly only a subset is."""
    read = fonts.get_hb_object_data

    class Font(fonts.Font):  # type: ignore[misc]
        _file_content: Any

        def __init__(self, *given: Any) -> None:
            with standing_in((fonts, "get_hb_object_data", lambda face: None)):
                super().__init__(*given)

        @property
        def file_content(self) -> Any:
            if self._file_content is None:
                self._file_content = read(self.hb_face)
            return self._file_content

        @file_content.setter
        def file_content(self, content: Any) -> None:
            self._file_content = content

    return Font


class _Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """Patterns of tinyhtml5: stretches of certain characters (`is_of_them`), or of all others."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        characters, is_of_them = key
        listed = "".join(f"\\x{ord(character):02x}" for character in characters)
        self[key] = pattern = re.compile(f"[{'' if is_of_them else '^'}{listed}]+")
        return pattern


def _users_of(function: Any, package: Any) -> list[Any]:
    """The modules of a package that know a function by its name."""
    modules = [each for each in vars(package).values() if isinstance(each, ModuleType)]
    return [each for each in modules if vars(each).get(function.__name__) is function]


def _shared_by_pages(usual: Any) -> Any:
    """The function that sets the styles of a page, so that it does so for the first page of each kind only."""
    known: dict[Any, dict[str | None, Any]] = {}

    def set_styles(page: Any, html: Any, style_for: Any) -> None:
        cascaded, computed = style_for.get_cascaded_styles(), style_for.get_computed_styles()
        kind = style_for, page.side, page.blank, page.index == 0, page.name
        if kind not in known or _counts_pages(style_for):
            cascaded.clear()  # of what other pages left, and nobody needs any more
            usual(page, html, style_for)
            known[kind] = {part: computed[page, part] for part in (None, *(part for _, part in cascaded))}
        computed.update(((page, part), style) for part, style in known[kind].items())

    return set_styles


def _counts_pages(style_for: Any) -> bool:
    """Whether a style sheet has rules for pages by their number, as `@page :nth(2n)`."""
    return any(
        selector.index is not None
        for sheet, _, _ in style_for._sheets
        for _, selectors, _ in sheet.page_rules
        for _, _, selector in selectors
    )


def _shared_by_elements(usual: Any) -> Any:
    """The method that sets the style of an element, so that those share one whose parents have the same style and of whom
    style sheets say the same; WeasyPrint shares less: nothing below an element with an id, and no pseudo-elements."""
    known: dict[Any, Any] = {}
    twins: dict[int, int] = {}  # of styles that differ in their anchor alone, which nothing below them sees

    def set_style(
        style_for: Any, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None, **named: Any
    ) -> None:
        computed = style_for.get_computed_styles()
        if parent is None or isinstance(element, tuple) or pseudo_type not in _SHARED:  # a tuple: a page
            usual(style_for, element, parent, root, pseudo_type, **named)
            return
        above = computed[parent, None]
        said = style_for.get_cascaded_styles().get((element, pseudo_type), {})
        # To the style of a note's call WeasyPrint writes which note it calls.
        is_own = "anchor" in said or (pseudo_type == "note-call" and above["position"][0] == "note()")
        # What is said is told by its identity: it is a style sheet's, which outlives this.
        key = (
            *(style_for, twins.get(id(above), id(above)), pseudo_type, is_own),
            *((name, id(value), weight) for name, (value, weight) in said.items() if name != "anchor"),
        )
        if is_own or key not in known:
            usual(style_for, element, parent, root, pseudo_type, **named)
            style = computed[element, pseudo_type]
            twins[id(style)] = id(known.setdefault(key, style))
        else:
            computed[element, pseudo_type] = known[key]

    return set_style


def _property(usual: Any) -> Any:
    """The method that computes a property of a style, so that one of which no style sheet says anything is looked up."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.functions import check_math
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    def is_plain(name: str) -> bool:
        depends = name in ("position", "float", "display", "page") or name.startswith("text_decoration_")
        return not depends and name not in INITIAL_NOT_COMPUTED

    inherited = {name for name in INHERITED if is_plain(name) and name not in PHYSICAL_FUNCTIONS}
    others = INITIAL_VALUES.keys() - INHERITED
    initial = {name: INITIAL_VALUES[name] for name in others if is_plain(name)}
    initial = {name: value for name, value in initial.items() if not check_math(value)}
    # margin-left may be said as margin-inline-start.
    logical = {
        function(block="ttb", inline=inline)
        for function in PHYSICAL_FUNCTIONS.values()
        for inline in ("ltr", "rtl")
    }

    def computed(style: Any, name: str) -> Any:
        said = style.cascaded
        if name not in said:
            if name in initial and (name not in PHYSICAL_FUNCTIONS or logical.isdisjoint(said)):
                value = style[name] = initial[name]
                return value
            if name in inherited and style.parent_style is not None:
                value = style[name] = style.parent_style[name]
                return value
        return usual(style, name)

    return computed


def _kept_with_style(usual: Any) -> Any:
    """A function of a style, which computes once for each."""
    name = f"_kept_{usual.__name__}"

    def kept(style: Any) -> Any:
        known = vars(style)
        if name not in known:
            known[name] = usual(style)
        return known[name]

    return kept


_LENGTHS = (
    *(f"{what}_{side}" for what in ("margin", "padding") for side in ("left", "right", "top", "bottom")),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))


def _lengths_once(usual: Any) -> Any:
    """The function that sets the lengths of a box, so that it computes them once for a style none of whose lengths is a
    part of what contains the box."""

    def set_lengths(box: Any, containing_block: Any) -> None:
        kept = vars(box.style)
        if "_lengths" not in kept:
            kept["_lengths"] = _lengths(box.style)
        if kept["_lengths"] is None:
            usual(box, containing_block)
        else:
            vars(box).update(kept["_lengths"])

    return set_lengths


def _lengths(style: Any) -> dict[str, Any] | None:
    """The lengths of a style as a box has them; None where the box has a part in them."""
    if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
        return None
    lengths = {}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            lengths[name] = 0 if name.startswith("min_") else "auto"
        elif getattr(value, "unit", "%").lower() == "px":
            lengths[name] = value.value
        else:
            return None
    return lengths | {name: style[name] for name in _BORDERS}


def _references(pdf: Any) -> tuple[bytes, ...]:
    """What refers to the pages of a PDF that is being written, in order."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = vars(pdf).get("_references", ())
    if len(known) != len(numbers):
        known = pdf._references = tuple(f"{number} 0 R".encode("ascii") for number in numbers)
    return known
