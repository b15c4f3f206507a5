"""Rules PR301 to PR321: marks in sequence, and what may stand at the ends of texts."""

import re
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import Slip, rule

_QUOTED = re.compile("(?<=”)、(?=“)|(?<=’)、(?=‘)")
_TITLED = re.compile("(?<=》)、(?=《)|(?<=〉)、(?=〈)")


@rule("PR303", "引号并列，中间不用顿号", "GB/T 15834 §4.5.3.5", is_safe=True)
def between_quotations(passage: Passage) -> Iterator[Slip]:
    for match in _QUOTED.finditer(passage.text):
        yield Slip(passage, *match.span(), "两个引号之间不用顿号", "")


@rule("PR304", "书名号并列，中间不用顿号", "GB/T 15834 §4.5.3.5", is_safe=True)
def between_titles(passage: Passage) -> Iterator[Slip]:
    for match in _TITLED.finditer(passage.text):
        yield Slip(passage, *match.span(), "两个书名号之间不用顿号", "")


RULES = (between_quotations, between_titles)
