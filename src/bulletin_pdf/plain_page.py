"""Tool: simple pages of A4 in the publication's faces as HTML: registers, labels, reports. They need no layout."""

from html import escape

from bulletin_pdf.font_mending import family_name
from bulletin_pdf.fonts import FALLBACK


def document(title: str, style: str, body: str) -> str:
    """A whole HTML document. title: text. style: CSS. body: HTML."""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style><body>{body}</body></html>"
    )


def families(role: str) -> str:
    """A role's face and its declared chain, as CSS families; Latin and digits have their own face."""
    return ", ".join(f'"{family_name(each)}"' for each in ("latin", role, *FALLBACK[role]))
