"""Tool: source lines of text to paragraphs, and to lists where their lines are numbered 一、（一）1.（1）①."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from bulletin_pdf.diagnostics import Place
from bulletin_pdf.model import Block, Inline, ListBlock, ListItem, Paragraph, Run, Text

# Sequence labels of Chinese lists (GB/T 15834 B.3), one pattern a form.
_LABELS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"（[一二三四五六七八九十百]+）"),
    re.compile(r"\d{1,2}(?:[.．](?!\d) ?|、)"),
    re.compile(r"（\d{1,2}）"),
    re.compile(r"[①-⑳]"),
)
# A label of a new form begins a list inside the one above only with its first member.
_FIRST_LABELS = ("一、", "（一）", "1.", "1．", "1、", "（1）", "①")


def joined(lines: Iterable[Sequence[Inline]]) -> Text:
    """Source lines as one text: a line end is a space between two Latin words and nothing elsewhere."""
    text: list[Inline] = []
    for line in lines:
        before, after = (text[-1] if text else None), (line[0] if line else None)
        if (
            isinstance(before, Run)
            and isinstance(after, Run)
            and _is_word(before.text[-1])
            and _is_word(after.text[0])
        ):
            text.append(
                Run(
                    " ",
                    before.place.right(len(before.text)),
                    before.strong and after.strong,
                    before.emphasis and after.emphasis,
                    before.link if before.link == after.link else None,
                )
            )
        text += line
    return tuple(text)


def _is_word(character: str) -> bool:
    """Letters, digits and signs of Latin, Greek and Cyrillic; the middle dot is Chinese here."""
    return "!" <= character <= "\u052f" and character not in "\u00a0·"


def merged(line: Iterable[Inline]) -> list[Inline]:
    """Neighbouring runs of one style that touch in the source as one run."""
    result: list[Inline] = []
    for inline in line:
        last = result[-1] if result else None
        if (
            isinstance(inline, Run)
            and isinstance(last, Run)
            and (last.strong, last.emphasis, last.link) == (inline.strong, inline.emphasis, inline.link)
            and last.place.right(len(last.text)) == inline.place
        ):
            result[-1] = replace(last, text=last.text + inline.text)
        else:
            result.append(inline)
    return result


def trimmed(line: Sequence[Inline]) -> list[Inline]:
    """The line without the blanks at its ends."""
    result = list(line)
    while result and isinstance(first := result[0], Run):
        text = first.text.lstrip()
        if text:
            if text != first.text:
                place = first.place.right(len(first.text) - len(text))
                result[0] = replace(first, text=text, place=place)
            break
        del result[0]
    while result and isinstance(last := result[-1], Run):
        text = last.text.rstrip()
        if text:
            if text != last.text:
                result[-1] = replace(last, text=text)
            break
        del result[-1]
    return result


def paragraph(text: Text, place: Place) -> Paragraph:
    """A paragraph with its bold opening as the lead, unless all of it is bold."""
    lead = tuple(takewhile(lambda inline: isinstance(inline, Run) and inline.strong, text))
    if len(lead) == len(text):
        lead = ()
    return Paragraph(text[len(lead) :], place, lead)


def paragraphs(lines: Sequence[Sequence[Inline]], place: Place) -> list[Block]:
    """One typed paragraph as a block, or as a list where several of its lines are numbered.

    A single numbered line is a paragraph like any other: its label is text. Lines above the first label
    are a paragraph of their own; lines below a label that have none belong to its item.
    """
    groups = _by_label(lines)
    if sum(bool(label) for label, _ in groups) < 2:
        return [paragraph(joined(lines), place)]
    blocks: list[Block] = []
    items = []
    for label, group in groups:
        text = joined(group)
        first = text[0]
        if not label or not isinstance(first, Run):
            blocks.append(paragraph(text, place))
            continue
        rest = replace(first, text=first.text[len(label) :], place=first.place.right(len(label)))
        body = ((rest,) if rest.text else ()) + text[1:]
        items.append(ListItem(label.strip(), (paragraph(body, rest.place),), first.place))
    return [*blocks, ListBlock(tuple(items), True, items[0].place)]


def _by_label(lines: Sequence[Sequence[Inline]]) -> list[tuple[str, list[Sequence[Inline]]]]:
    """The lines in groups that each begin with a label; the first group's may be empty."""
    groups: list[tuple[str, list[Sequence[Inline]]]] = []
    forms: list[int] = []  # of the lists that are open, outermost first
    for line in lines:
        form, label = _label(line)
        if label and form in forms:
            del forms[forms.index(form) + 1 :]
        elif label and (not groups or label.strip() in _FIRST_LABELS):
            forms.append(form)
        elif label and forms and form < forms[0]:
            # 二、 below （二）: the list goes on from one that was closed above.
            forms = [form]
        elif groups:
            groups[-1][1].append(line)
            continue
        else:
            label = ""
        groups.append((label, [line]))
    return groups


def _label(line: Sequence[Inline]) -> tuple[int, str]:
    """The sequence label that a line begins with ('' for none), and which form it has."""
    first = line[0] if line else None
    if isinstance(first, Run) and not (first.strong or first.emphasis or first.link):
        for form, pattern in enumerate(_LABELS):
            if match := pattern.match(first.text):
                return form, match.group()
    return -1, ""
