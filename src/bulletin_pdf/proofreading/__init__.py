"""Stage: an issue's texts against the rules of GB/T 15834 (punctuation) and GB/T 15835 (numerals).

`passages` flattens the issue, `rules` says what a rule is, the modules beside them are the rules by group, `fixes` puts
suggestions into the source files. Every finding is a warning; docs/diagnostics/proofreading.md lists the rules.
"""

from collections.abc import Iterable, Iterator, Sequence

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.model import Acceptance, Issue, Run
from bulletin_pdf.proofreading import (
    characters,
    connectors,
    dates,
    documents,
    facts,
    house,
    marks,
    numbering,
    numerals,
    pairs,
    quantities,
    tables,
    widths,
)
from bulletin_pdf.proofreading.passages import galleys
from bulletin_pdf.proofreading.rules import Finding, Rule
from bulletin_pdf.publication import LoadedSettings
from bulletin_pdf.schema import nearest
from bulletin_pdf.settings import ATTENDANCE_KEYS, IMPRINT_KEYS
from bulletin_pdf.yaml_tree import Node

_GROUPS = (
    *(widths, characters, pairs, marks, numbering),
    *(connectors, numerals, quantities, dates, documents, facts, tables),
)
RULES: tuple[Rule, ...] = tuple(
    sorted((rule for group in _GROUPS for rule in group.RULES), key=lambda rule: rule.code)
)
"""Every rule that needs nothing but the text; `house` makes more of a lexicon."""

# Settings that are words of the issue, by English key.
_WORDS = (
    "name",
    "organs",
    "classification",
    "signers",
    "subject",
    "keywords",
    *ATTENDANCE_KEYS,
    *IMPRINT_KEYS,
)


def proofread(
    issue: Issue, loaded: LoadedSettings, rules: Sequence[Rule] = RULES
) -> tuple[list[Finding], list[Diagnostic]]:
    """What the rules and those of the house lexicon find in an issue and its settings, in reading order, less what is
    accepted; and what is wrong with the wishes: a rule that doesn't exist (BP150), an acceptance of nothing (BP152)."""
    rules = (*rules, *house.rules_of(loaded.lexicon))
    known = {rule.code for rule in rules}
    off = dict(_texts(loaded.tree.at(("proofreading", "off"))))
    named = [*off.items(), *((acceptance.code, acceptance.place) for acceptance in issue.acceptances)]
    faults = [
        error("BP150", f"没有“{code}”这条校对规则。", place, nearest(code, sorted(known)))
        for code, place in named
        if code not in known
    ]
    settings = {
        name: [Run(value, place) for value, place in _texts(loaded.tree.at((name,)))] for name in _WORDS
    }
    active = [rule for rule in rules if rule.code not in off]
    findings = [
        Finding(rule, slip)
        for galley in galleys(issue, settings)
        for rule in active
        for slip in rule.slips(galley)
    ]
    accepted = {
        acceptance: [finding for finding in findings if _covers(acceptance, finding)]
        for acceptance in issue.acceptances
    }
    usable = known - off.keys()
    faults += _useless(each for each, those in accepted.items() if not those and each.code in usable)
    gone = {id(finding) for those in accepted.values() for finding in those}
    return [finding for finding in findings if id(finding) not in gone], faults


def _covers(acceptance: Acceptance, finding: Finding) -> bool:
    place = finding.place
    is_there = (
        place.file == acceptance.place.file and acceptance.first <= (place.line or 0) <= acceptance.last
    )
    return is_there and finding.rule.code == acceptance.code


def _useless(acceptances: Iterable[Acceptance]) -> Iterator[Diagnostic]:
    for acceptance in acceptances:
        message = f"这一段里没有 {acceptance.code} 要保留。"
        yield warning(
            "BP152", message, acceptance.place, "问题已经改好，就删去这句“保留”；不然核对编号和位置。"
        )


def _texts(node: Node) -> Iterator[tuple[str, Place]]:
    """The texts of a setting, one or several, with their places."""
    for each in node.value if isinstance(node.value, tuple) else (node,):
        if isinstance(each.value, str) and each.value:
            yield each.value, each.place
