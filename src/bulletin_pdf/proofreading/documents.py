"""Rules PR701–PR703: document numbers, lists of attachments, lines of addressees (GB/T 9704—2012)."""

import re
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import Slip, rule

_NUMBER = re.compile(r"[〔\[][12]\d{3}[〕\]](第?0*)(?=[1-9]\d*号)")


@rule("PR701", "发文字号不写“第”，不补零", "GB/T 9704 §7.2.5", is_safe=True, needs=[("〔0", "[0")])
def _number(passage: Passage) -> Iterator[Slip]:
    """〔2026〕第05号."""
    for match in _NUMBER.finditer(passage.text):
        if match[1]:
            yield Slip(passage, *match.span(1), "发文字号的顺序号不写“第”，不补“0”", "")


# What an attachment is called; 附件：本次会议的通知已经发出。 is a sentence.
_ATTACHMENT = re.compile(
    r"附件[:：] *(?:\d+[、.．])?[^。；，：！？\n]{1,60}"
    r"(?:名单|方案|表|办法|意见|细则|清单|计划|说明|规定|制度|汇总|安排|议程|报告|总结|记录|纪要|材料|图)[》）]?([。；，])"
)


@rule("PR702", "附件说明后面不用标点", "GB/T 9704 §7.3.4", is_safe=True, needs=[("附件",)])
def _attachment(passage: Passage) -> Iterator[Slip]:
    """附件：1. 名单。 on a line of its own."""
    if passage.kind == "body" and (match := _ATTACHMENT.fullmatch(passage.text)):
        yield Slip(passage, *match.span(1), "附件的名称后面不用标点", "")


_SENT_TO = re.compile(r"(?:抄送|抄报|分送)：[^。；！？\n]{2,200}(?<![，、：])")


@rule("PR703", "抄送的末尾用句号", "GB/T 9704 §7.4.2", is_safe=True, needs=[("抄送", "抄报", "分送")])
def _sent_to(passage: Passage) -> Iterator[Slip]:
    """抄送：各部门 as a paragraph of the text."""
    if passage.kind == "body" and _SENT_TO.fullmatch(passage.text):
        end = len(passage.text)
        yield Slip(passage, end - 1, end, "最后一个抄送机关后面用句号", f"{passage.text[-1]}。")


RULES = (_number, _attachment, _sent_to)
