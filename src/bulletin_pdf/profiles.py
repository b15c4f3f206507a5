"""Words: the profiles 用途, for each of which an issue gives files of its own. `outputs` makes them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """name: as typed after --for. title: the Chinese name, as good as the other. result: what comes out, in Chinese."""

    name: str
    title: str
    result: str


PROFILES = (
    Profile("screen", "屏幕", "期.屏幕.pdf：发邮件、挂网站的，图片减小，有链接、书签和标签（PDF/UA-1）"),
    Profile("office", "办公", "期.办公.pdf：办公室打印机用的，黑字只用黑粉"),
    Profile("booklet", "小册子", "期.小册子.pdf：对折成册的，一面两页"),
    Profile("nup", "拼页", "期.拼页.pdf：省纸的，几页缩小拼在一面 A4 上"),
    Profile("proof", "校样", "期.校样.pdf：打印出来校对的，有字格、行数、原稿的行号、问题和签名栏"),
    Profile("press", "付印", "期.付印.pdf：交印刷厂的，四色或专色，有出血和裁切线（PDF/X-4）"),
    Profile("archive", "存档", "期.存档.pdf：交档案馆的，多少年后也打得开（PDF/A-2a）"),
    Profile("images", "图片", "期.图片文件夹里每页一张 PNG，和一张总览 期.总览.png"),
    Profile("report", "检查报告", "期.检查.pdf、期.付印.检查.pdf……：每个 PDF 一页检查报告，另有 JSON"),
)
EVERYTHING = ("all", "全部")


def chosen(words: Iterable[str]) -> tuple[Profile, ...]:
    """The profiles that words name, in the order of the registry; ValueError, in Chinese: wrong；what to do."""
    known = {name: profile for profile in PROFILES for name in (profile.name, profile.title)}
    named: set[Profile] = set()
    for word in words:
        if word.lower() in EVERYTHING:
            named.update(PROFILES)
        elif word.lower() in known:
            named.add(known[word.lower()])
        else:
            allowed = "、".join(f"{profile.title}（{profile.name}）" for profile in PROFILES)
            raise ValueError(f"没有“{word}”这种用途；可以写：{allowed}、全部（all）。")
    return tuple(profile for profile in PROFILES if profile in named)
