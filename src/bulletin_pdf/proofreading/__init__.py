"""Stage 1b: an issue's texts against the rules of GB/T 15834 (punctuation) and GB/T 15835 (numerals).

`passages` flattens the issue, `rules` says what a rule is, the modules beside them are the rules by group, `fixes` puts
suggestions into the source files. Every finding is a warning; docs/diagnostics/proofreading.md lists the rules.
"""

from collections.abc import Iterator, Sequence

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.model import Issue, Run
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
)
from bulletin_pdf.proofreading.passages import galleys
from bulletin_pdf.proofreading.rules import Finding, Rule
from bulletin_pdf.publication import LoadedSettings
from bulletin_pdf.schema import nearest
from bulletin_pdf.settings import ATTENDANCE_KEYS, IMPRINT_KEYS
from bulletin_pdf.yaml_tree import Node

_GROUPS = (
    *(characters, pairs, marks, numbering),
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
    """What the rules and those of the house lexicon find in an issue and its settings, in reading order; and what is
    wrong in the settings of proofreading (BP140)."""
    rules = (*rules, *house.rules_of(loaded.lexicon))
    known = {rule.code for rule in rules}
    off = dict(_texts(loaded.tree.at(("proofreading", "off"))))
    faults = [
        error("BP140", f"没有“{code}”这条校对规则。", place, nearest(code, sorted(known)))
        for code, place in off.items()
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
        for slip in rule.find(galley)
    ]
    return findings, faults


def _texts(node: Node) -> Iterator[tuple[str, Place]]:
    """The texts of a setting, one or several, with their places."""
    for each in node.value if isinstance(node.value, tuple) else (node,):
        if isinstance(each.value, str) and each.value:
            yield each.value, each.place
