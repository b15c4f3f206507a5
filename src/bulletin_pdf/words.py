"""Tool: Chinese text cut into words, for titles that break between them and for slips of the pen. The home of
rjieba.

Its dictionary takes a tenth of a second to load, and titles seldom change: so the words of each are kept.
"""

import json
from collections.abc import Sequence
from functools import cache

from bulletin_pdf.system.user_cache import keep, kept
from bulletin_pdf.system.versions import version

# When there are more texts than that, all are forgotten.
MOST_KEPT = 5000


def words(text: str) -> Sequence[str]:
    """The words of a text; joined they are the text again."""
    known = _known()
    found = known.get(text)
    if found is None or "".join(found) != text:
        import rjieba

        if len(known) >= MOST_KEPT:
            known.clear()
        found = known[text] = list(rjieba.cut(text))
        keep(_name(), json.dumps(known, ensure_ascii=False).encode())
    return tuple(found)


def known_words(text: str) -> Sequence[str]:
    """The words of a text by the dictionary alone: a character that belongs to none stands by itself. Nothing is kept."""
    import rjieba

    return tuple(rjieba.cut(text, False))


@cache
def _known() -> dict[str, list[str]]:
    known: dict[str, list[str]] = json.loads(kept(_name()) or b"{}")
    return known


@cache
def _name() -> str:
    return f"words-{version('rjieba')}.json"
