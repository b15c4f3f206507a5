"""Rules PR801–PR803: leaders 领导 of the house lexicon, their posts, order and names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from bulletin_pdf.lexicon import Leader
from bulletin_pdf.proofreading.passages import Galley, Passage, as_signs
from bulletin_pdf.proofreading.rules import HAN, Slip
from bulletin_pdf.proofreading.vocabulary import Vocabulary, vocabulary
from bulletin_pdf.settings import ATTENDANCE_KEYS

_OFFICES = (
    "书记|总经理|总裁|董事长|监事长|理事长|主席|主任|部长|院长|所长|厂长|矿长|局长|处长|科长|会长|校长|总工程师"
    "|总会计师|总设计师|总法律顾问|总编辑|主编|秘书长|经理|总监"
)
_POST = (
    "(?:党委|党组|党总支|总支|党支部|支部|纪委|工会|团委|董事会|监事会|执行|常务|第一|代理){0,3}副?"
    f"(?:{_OFFICES})(?:助理)?"
)
# 主席台, 总经理办公会 are no posts.
_NO_POST = "(?!办公|团|台|处(?!在)|会议|办|医师|科员|级|令|奖|信箱|们)"
# What follows a name: 王明 is not the beginning of 王明亮.
_VERBS = (
    "出席|参加|主持|在|到(?!位)|率|带领|强调|作(?!为)|指出|表示|要求|对|向|为|和|与|及|等|一行|同志|先生|女士|讲话|说|就"
    "|围绕|深入|听取|赴|代表|介绍|致|以(?!及)|从|还|也|都|则|详细|现场|前往|传达|通报|总结|部署|安排|分别|首先"
    "|先后|担任|任|一同|陪同|会见|会谈|慰问|调研|检查|考察|看望|签|受|被|把|将|给|是|的"
)
_VERB_BEGINNINGS = frozenset(each[0] for each in _VERBS.split("|"))
_NAME_ENDS = re.compile(f"$|[^{HAN}]|{_VERBS}|{_POST}")
# A post that was held, or is being given.
_FORMER = re.compile("原|前任|时任|曾任|历任|接替|当时|任命|聘任|当选|选举|免去|拟任")
_CLAUSE = re.compile("(?:[^，。；：！？\n“”（）《》]|（[^（）\n]{0,20}）)+")
_ITEM = re.compile("(?:[^、（）]|（[^（）]*）)+")
_AND = re.compile("和|及|以及")
_OTHER_ORDER = re.compile("姓氏笔[画划]|排名不分先后|按[^，。；]{1,8}为序")


@dataclass(frozen=True)
class Staff:
    """The leaders in their order, and how they are looked for."""

    leaders: tuple[Leader, ...]

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The place of each name in the order; the first one of two people of one name."""
        ranks: dict[str, int] = {}
        for leader in self.leaders:
            ranks.setdefault(leader.name, len(ranks))
        return ranks

    @cached_property
    def posts(self) -> Mapping[str, frozenset[str]]:
        """The posts that may stand beside each name, now and formerly; none for one whose posts are not stated."""
        posts: dict[str, frozenset[str]] = {}
        for leader in self.leaders:
            own = frozenset(_parts(leader.posts) if leader.posts else ())
            former = frozenset(_parts(leader.former_posts) if leader.posts else ())
            posts[leader.name] = posts.get(leader.name, frozenset()) | own | former
        return posts

    @cached_property
    def present_posts(self) -> Mapping[str, tuple[str, ...]]:
        """The posts of each name as the lexicon orders them; of all people of one name."""
        posts: dict[str, tuple[str, ...]] = {}
        for leader in self.leaders:
            posts[leader.name] = tuple(dict.fromkeys((*posts.get(leader.name, ()), *_parts(leader.posts))))
        return posts

    @cached_property
    def offices(self) -> frozenset[str]:
        """Every post that somebody holds."""
        return frozenset(office for leader in self.leaders for office in _parts(leader.posts))

    @cached_property
    def names(self) -> Vocabulary:
        """The names."""
        return vocabulary(self.ranks)

    @cached_property
    def near(self) -> Mapping[str, str]:
        """Names of three characters and more, by what they are with one character open: 李？华."""
        return {
            f"{name[:at]}？{name[at + 1 :]}": name
            for name in self.ranks
            if len(name) >= 3
            for at in range(len(name))
        }

    @cached_property
    def post(self) -> re.Pattern[str]:
        """A post, of this house or any."""
        own = sorted(map(re.escape, self.offices), key=len, reverse=True)
        return re.compile(f"(?:{'|'.join((*own, _POST))}){_NO_POST}")

    @cached_property
    def post_signs(self) -> frozenset[str]:
        """The last two characters of every post that `post` may find: without any of them a passage has none."""
        return as_signs(office[-2:] for office in (*_OFFICES.split("|"), *self.offices))

    @cached_property
    def name_signs(self) -> frozenset[str]:
        """What the names begin with."""
        return as_signs(self.names.by_beginning)

    # --- posts ---

    def wrong_posts(self, passage: Passage) -> Iterator[Slip]:
        """党委书记王明, where 王明 is 总经理 and 党委书记 another."""
        text = passage.text
        names = (
            [] if passage.kind == "verse" else [pair for pair in self.names.find(text) if self.posts[pair[1]]]
        )
        if not names:
            return
        begin_of = {match.end(): match.start() for match in self.post.finditer(text)}
        end_of = {start: end for end, start in begin_of.items()}
        begun = {start for start, _ in names}
        for start, name in names:
            end = start + len(name)
            if not _is_whole(text, name, end):
                continue
            beside = list(_chain(text, start, begin_of))
            if _FORMER.search(_clause_before(text, beside[-1][0] if beside else start)):
                continue
            if end in end_of and end_of[end] not in begun:
                beside.append((end, end_of[end]))
            for at, stop in beside:
                if self._conflicts(text[at:stop], self.posts[name]):
                    message = f"词表里{name}的职务是{'、'.join(self.present_posts[name])}"
                    yield Slip(passage, min(at, start), max(stop, end), message)

    def _conflicts(self, post: str, own: frozenset[str]) -> bool:
        """Whether a post is another leader's, or one's own but for 副; any other may be a namesake's."""
        if any(_is_called(post, each) for each in own):
            return False
        is_taken = any(_is_called(post, office) for office in self.offices)
        return is_taken or any(_is_called(post.replace("副", ""), each.replace("副", "")) for each in own)

    # --- names ---

    def wrong_names(self, galley: Galley) -> Iterator[Slip]:
        """总经理李文化, where 总经理 is 李文华; 李文化 among leaders."""
        if not self.near:
            return
        for names in _lists_of_names(galley):
            right = [passage.text for passage in names if passage.text in self.ranks]
            for passage in names:
                meant = self._meant(passage.text, 0)
                if meant and meant not in right and len(right) * 2 >= len(names) - 1 > 0:
                    yield _misnamed(passage, 0, meant)
        for passage in galley.passages:
            if passage.kind in ("verse", "name"):
                continue
            has_posts = not self.post_signs.isdisjoint(passage.signs)
            beside = self._beside_posts(passage.text) if has_posts else ()
            found = dict([*beside, *self._among_leaders(passage.text, has_posts)])
            for at, meant in sorted(found.items()):
                yield _misnamed(passage, at, meant)

    def _beside_posts(self, text: str) -> Iterator[tuple[int, str]]:
        for match in self.post.finditer(text):
            meant = self._meant(text, match.end())
            if meant and any(_is_called(match[0], each) for each in self.posts[meant]):
                yield match.end(), meant

    def _among_leaders(self, text: str, has_posts: bool) -> Iterator[tuple[int, str]]:
        for items in _enumerations(text):
            ends = (
                max((match.end() for match in self.post.finditer(item)), default=0) if has_posts else 0
                for _, item in items
            )
            near = [
                (start + end, meant)
                for (start, item), end in zip(items, ends, strict=True)
                if (meant := self._meant(item, end))
            ]
            right = [name for _, item in items for _, name in self.names.find(item)] if near else []
            if len(right) * 2 >= len(items) - 1:
                yield from ((at, meant) for at, meant in near if meant not in right)

    def _meant(self, text: str, at: int) -> str | None:
        """The leader whose name stands at a place with one character wrong."""
        for length in (4, 3):
            given = text[at : at + length]
            if len(given) < length or given in self.ranks or not _NAME_ENDS.match(text, at + length):
                continue
            for wrong in range(length):
                # 李文 may be a name too, and the next character begin what is said of it.
                is_open = wrong == length - 1 and given[wrong] in _VERB_BEGINNINGS
                name = self.near.get(f"{given[:wrong]}？{given[wrong + 1 :]}")
                if name and not is_open and re.fullmatch(f"[{HAN}]+", given):
                    return name
        return None

    # --- order ---

    def wrong_order(self, galley: Galley) -> Iterator[Slip]:
        """李文华、王明, where 王明 comes first; in a list of names as well."""
        slips = list(self._out_of_order(galley))
        if slips and not any(_OTHER_ORDER.search(passage.text) for passage in galley.passages):
            yield from slips

    def _out_of_order(self, galley: Galley) -> Iterator[Slip]:
        for names in self._sequences(galley):
            for (_, _, before), (passage, at, name) in pairwise(names):
                if self.ranks[name] < self.ranks[before]:
                    yield Slip(passage, at, at + len(name), f"按词表的次序，{name}在{before}前面")
                    break

    def _sequences(self, galley: Galley) -> Iterator[list[tuple[Passage, int, str]]]:
        """The leaders of every list, in the order in which they stand there."""
        for names in _lists_of_names(galley):
            yield [(passage, 0, passage.text) for passage in names if passage.text in self.ranks]
        for passage in galley.passages:
            if passage.kind in ("byline", "verse", "name"):
                continue
            if passage.kind == "setting" and passage.name not in ATTENDANCE_KEYS:
                continue
            if self.name_signs.isdisjoint(passage.signs):
                continue
            for items in _enumerations(passage.text):
                yield [(passage, at, name) for at, name in self._listed(items)]

    def _listed(self, items: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The leader in each item of an enumeration; in the last one more, after 和."""
        for number, (start, item) in enumerate(items, 1):
            end: int | None = None
            for at, name in self.names.find(item):
                if not _is_whole(item, name, at + len(name)):
                    continue
                joint = item[end:at] if end is not None else ""
                if end is None or (number == len(items) and _AND.match(joint) and len(joint) <= 12):
                    yield start + at, name
                    end = at + len(name)


def _parts(posts: Iterable[str]) -> Iterator[str]:
    """Posts one by one: 党委书记、董事长 are two."""
    for post in posts:
        yield from filter(None, re.split("[、，,；; ]", post))


def _is_called(post: str, office: str) -> bool:
    """Whether who holds an office may be called that: 书记 for 党委书记, but 总经理 for no 副总经理."""
    shorter, longer = sorted((post, office), key=len)
    return longer.endswith(shorter) and not longer.removesuffix(shorter).endswith("副")


def _is_whole(text: str, name: str, end: int) -> bool:
    """Whether a name ends there; short ones may be the beginning of longer ones."""
    return len(name) > 2 or _NAME_ENDS.match(text, end) is not None


def _chain(text: str, start: int, begin_of: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The posts before a name, nearest first: 党委书记、董事长王明."""
    end = start
    while end in begin_of:
        yield begin_of[end], end
        end = begin_of[end]
        if text[end - 1 : end] in ("、", "兼", "，"):
            end -= 1


def _clause_before(text: str, end: int) -> str:
    return re.split("[，。；：、“”（）\n]", text[max(0, end - 16) : end])[-1]


def _enumerations(text: str) -> Iterator[list[tuple[int, str]]]:
    """The items of every enumeration with 、, with their places."""
    if "、" not in text:
        return
    for clause in _CLAUSE.finditer(text):
        if "、" in clause[0]:
            yield [(clause.start() + item.start(), item[0]) for item in _ITEM.finditer(clause[0])]


def _lists_of_names(galley: Galley) -> Iterator[list[Passage]]:
    for is_name, names in groupby(galley.passages, key=lambda passage: passage.kind == "name"):
        if is_name:
            yield list(names)


def _misnamed(passage: Passage, at: int, name: str) -> Slip:
    return Slip(passage, at, at + len(name), f"与词表里的姓名“{name}”差一个字", name)
