"""The region's key figures in one sentence."""

from dataclasses import dataclass

from cress.base.text.numbers import format_figure, parse_number


@dataclass(frozen=True)
class KeyFigureSentence:
    """
    Key figures as the parts of a sentence: « 9 000 » and « établissements employeurs »…

    `counts` and `others` are (figure, label); the words of `others` count nothing (« des
    milliers »), and end the sentence. `clauses` are sentences of their own (« 1 emploi sur 5… »).
    """

    counts: list[tuple[str, str]]
    others: list[tuple[str, str]]
    clauses: list[str]
    source: object


def in_sentences(key_figures):
    """Return a KeyFigureSentence for each source, in the order of the figures."""
    by_source = {}
    for item in key_figures:
        by_source.setdefault(item.source, []).append(item)
    return [_sentence(source, items) for source, items in by_source.items()]


def _sentence(source, items):
    clauses = [item.label for item in items if _is_clause(item)]
    nouns = [item for item in items if not _is_clause(item)]
    labels = {}  # {figure in words: its labels}, so that « des milliers » is said once
    for item in nouns:
        if not _counts(item):
            labels.setdefault(item.value[:1].lower() + item.value[1:], []).append(item.label)
    return KeyFigureSentence(
        counts=[
            (" ".join(filter(None, [format_figure(i.value), i.unit])), i.label)
            for i in nouns
            if _counts(i)
        ],
        others=[(value, " et ".join(found)) for value, found in labels.items()],
        clauses=clauses,
        source=source,
    )


def _is_clause(item):
    """Whether the label holds its figure: « 1 emploi sur 5 est créé… » for « 1 sur 5 »."""
    return item.label.split()[:1] == item.value.split()[:1]


def _counts(item):
    return parse_number(item.value) is not None
