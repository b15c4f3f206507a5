"""Tool: simple pages of A4 in the publication's faces as HTML: registers, labels, reports, proofs. They need no layout."""

from html import escape

from bulletin_pdf.fonts import FALLBACK
from bulletin_pdf.fonts.mending import family_name


def document(title: str, style: str, body: str) -> str:
    """A whole HTML document. title: text. style: CSS. body: HTML."""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style><body>{body}</body></html>"
    )


def families(role: str, *, latin: bool = True) -> str:
    """A role's face and its declared chain, as CSS families. latin: Latin and digits have their own face; so have
    quotation marks then, which CSS can't tell from Chinese ones."""
    roles = (*(("latin",) if latin else ()), role, *FALLBACK[role])
    return ", ".join(f'"{family_name(each)}"' for each in roles)
