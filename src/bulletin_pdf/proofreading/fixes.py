"""Suggestions put into the text of source files: only those characters change."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from bulletin_pdf.proofreading.rules import Edit, Finding

# What begins a list, a heading or a quotation in Markdown.
_BLOCK = re.compile(r"\s*(?:[0-9]{1,9}[.)]|[-+*>]|#{1,6})(?:\s|$)")
_ESCAPED = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def fixed(
    texts: Mapping[Path, str], findings: Iterable[Finding], *, unsafe: bool = False
) -> tuple[dict[Path, str], list[Finding]]:
    """The texts of files with the findings' suggestions put in, and which findings these were.

    texts: whole, with their line ends as they are, by the name that places have. unsafe: those too that a person should
    look at. A suggestion is put in only where the file has the very characters that it replaces, not an escape or
    entity that stands for them, where no earlier one has changed them, and where the line does not become a list or a heading.
    """
    files = {name: text.splitlines(keepends=True) for name, text in texts.items()}
    planned: dict[Path, dict[int, list[tuple[int, Edit]]]] = defaultdict(lambda: defaultdict(list))
    done = []
    for finding in findings:
        edits = finding.edits() if finding.is_safe or unsafe else []
        if edits and all(_fits(edit, files, planned) for edit in edits):
            done.append(finding)
            for edit in edits:
                planned[edit.place.file][(edit.place.line or 1) - 1].append(
                    ((edit.place.column or 1) - 1, edit)
                )
    for name, lines in planned.items():
        for number, edits_of_line in lines.items():
            line = files[name][number]
            for start, edit in sorted(edits_of_line, key=lambda each: -each[0]):
                line = line[:start] + edit.new + line[start + len(edit.old) :]
            files[name][number] = line
    return {name: "".join(files[name]) for name in planned}, done


def _fits(
    edit: Edit, files: Mapping[Path, list[str]], planned: Mapping[Path, Mapping[int, list[tuple[int, Edit]]]]
) -> bool:
    """Whether a file has the old characters at the place, as they are, and nothing else is to change them."""
    place = edit.place
    lines = files.get(place.file)
    if lines is None or place.line is None or place.column is None or place.line > len(lines):
        return False
    line, start = lines[place.line - 1], place.column - 1
    end = start + len(edit.old)
    if line[start:end] != edit.old or (edit.old[0] in _ESCAPED and line[start - 1 : start] == "\\"):
        return False
    if place.file.suffix == ".csv" and set(edit.new) & set(',"'):  # would part the cell
        return False
    if _BLOCK.match(line[:start] + edit.new + line[end:]) and not _BLOCK.match(line):
        return False
    taken = planned[place.file][place.line - 1] if place.file in planned else []
    return all(end <= begin or start >= begin + len(other.old) for begin, other in taken)
