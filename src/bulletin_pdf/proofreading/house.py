"""Rules PR801–PR807: the house lexicon 本刊词表, leaders, units, fixed and forbidden phrases."""

from collections.abc import Callable, Iterable, Iterator

from bulletin_pdf.lexicon import Forbidden, Lexicon
from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import Rule, Slip, galley_rule, rule
from bulletin_pdf.proofreading.staff import Staff
from bulletin_pdf.proofreading.vocabulary import Vocabulary, misspellings, vocabulary

_CLAUSE = "本刊词表"


def rules_of(lexicon: Lexicon) -> tuple[Rule, ...]:
    """The rules for a lexicon; all of them, however little it says."""
    staff = Staff(lexicon.leaders)
    known = vocabulary(_right_words(lexicon))
    names = [name for unit in lexicon.units for name in (unit.name, *unit.short_names)]
    units = {wrong: (unit.name, *unit.short_names) for unit in lexicon.units for wrong in unit.wrong_names}

    def unit(wrong: str) -> tuple[str, str | None]:
        right = units[wrong]
        return f"这个单位写“{'”或“'.join(right)}”", right[0] if len(right) == 1 else None

    def phrase(wrong: str) -> tuple[str, str | None]:
        entry = lexicon.forbidden[wrong]
        return _why(entry), entry.instead or None

    return (
        rule(
            "PR801",
            "领导的职务",
            _CLAUSE,
            hint="核对职务；职务有变动，改 lexicon.yaml。",
            needs=[staff.names.by_beginning],
        )(staff.wrong_posts),
        galley_rule(
            "PR802", "领导的次序", _CLAUSE, hint="照词表的次序排；另有次序的，注明“按姓氏笔画为序”。"
        )(staff.wrong_order),
        galley_rule("PR803", "领导的姓名", _CLAUSE)(staff.wrong_names),
        _forbidden("PR804", "单位不写的名称", "换成全称或简称。", units, known, unit),
        _misspelt("PR805", "单位名称", names, known),
        _forbidden("PR806", "禁用语", "换一个说法。", lexicon.forbidden, known, phrase),
        _misspelt("PR807", "固定用语", lexicon.phrases, known),
    )


def _right_words(lexicon: Lexicon) -> Iterator[str]:
    """Every word that is right as it is."""
    yield from lexicon.phrases
    for unit in lexicon.units:
        yield from (unit.name, *unit.short_names)
    yield from (leader.name for leader in lexicon.leaders)
    yield from (entry.instead for entry in lexicon.forbidden.values() if len(entry.instead) >= 2)


def _why(entry: Forbidden) -> str:
    return "本刊不用这个说法" + (f"，{entry.reason.rstrip('。')}" if entry.reason else "")


def _forbidden(
    code: str,
    title: str,
    hint: str,
    words: Iterable[str],
    known: Vocabulary,
    verdict: Callable[[str], tuple[str, str | None]],
) -> Rule:
    """Finds words that may not be used, but not inside right ones. verdict: message and suggestion for a word."""
    wrong = vocabulary(words)

    @rule(code, title, _CLAUSE, hint=hint, needs=[wrong.by_beginning])
    def find(passage: Passage) -> Iterator[Slip]:
        for start, word in wrong.find(passage.text):
            end = start + len(word)
            if not _is_covered(passage.text, start, end, known):
                yield Slip(passage, start, end, *verdict(word))

    return find


def _misspelt(code: str, what: str, words: Iterable[str], known: Vocabulary) -> Rule:
    """Finds words written with one character wrong, unless that is a right word too."""
    near = misspellings(words)

    @rule(code, f"{what}差一个字", _CLAUSE, needs=[near.lengths])
    def find(passage: Passage) -> Iterator[Slip]:
        end = 0
        for found in near.find(passage.text):
            is_known = _is_covered(passage.text, found.start, found.end, known)
            if found.start >= end and not is_known and found.is_plain(passage.text):
                end = found.end
                yield Slip(passage, found.start, found.end, f"与{what}“{found.word}”差一个字", found.word)

    return find


def _is_covered(text: str, start: int, end: int, known: Vocabulary) -> bool:
    """Whether a stretch lies inside a right word."""
    longest = 40  # longer names than this don't occur
    begin = max(0, start - longest)
    return any(
        begin + at <= start and end <= begin + at + len(word)
        for at, word in known.find(text[begin : end + longest])
    )
