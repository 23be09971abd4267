"""The roadmap as the annex of a deliberation: a table of actions for each lever."""

from dataclasses import dataclass

from cress.printing.rows import exercised_at

_BLANK = "[à\u00a0remplir]"


@dataclass(frozen=True)
class AnnexLever:
    """A lever, who exercises its competences, and its actions as rows of a table."""

    COLUMNS = ("Action", "Instrument", "Échéance", "Coût ou ligne budgétaire")

    title: str
    exercised: list[tuple[str, str]]  # (who, titles of competences)
    actions: list[tuple[str, ...]]


def annex_of(choice):
    """Return the AnnexLevers of a RoadmapChoice that has a home, in the order of its levers."""
    exercised = exercised_at(choice.home)
    return [
        AnnexLever(
            lever.title,
            exercised.get(lever, []),
            [
                (action.text, action.instrument or _BLANK, _BLANK, _BLANK)
                for action in lever.actions.all()
            ],
        )
        for lever in choice.levers
    ]
