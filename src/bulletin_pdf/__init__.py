"""Typeset Chinese bulletins (简报, 内刊) from structured content into checked, print-ready PDF.

A newcomer reads ``build.py`` first: it is the only module that knows the order of the stages.
"""

__version__ = "0.1.0"
