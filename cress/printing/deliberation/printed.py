"""The data of the papers as a PDF: see typst/deliberation.typ."""

from cress.base.text.brackets import TO_FILL_IN
from cress.printing.deliberation.annex import AnnexLever
from cress.printing.plain import drawable


def printed(papers, annex):
    """Return the ComposedPapers and the AnnexLevers as a dictionary ready for JSON."""
    return {
        "papers": [
            {
                "title": drawable(paper.title),
                "warnings": [drawable(text) for text in paper.warnings],
                "opening": [_runs(text) for text in [*paper.heading, *paper.reasons]],
                "articles": [
                    {"title": drawable(title), "runs": _runs(text)}
                    for title, text in paper.articles
                ],
                "foot": [_runs(text) for text in paper.foot],
            }
            for paper in papers
        ],
        "columns": list(AnnexLever.COLUMNS[1:]),
        "annex": [
            {
                "title": drawable(lever.title),
                "exercised": [
                    {"who": drawable(who), "titles": drawable(titles)}
                    for who, titles in lever.exercised
                ],
                "actions": [
                    {"text": drawable(text), "cells": [_runs(cell) for cell in cells]}
                    for text, *cells in lever.actions
                ],
            }
            for lever in annex
        ],
    }


def _runs(text):
    """Return a text as runs; those that the reader fills in are strong."""
    return [
        {"text": drawable(part), "is_strong": bool(place % 2)}
        for place, part in enumerate(TO_FILL_IN.split(text))
        if part
    ]
