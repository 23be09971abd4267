"""The statistics of the desk."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cress.contact.desk import statistics
from tests.contact.desk import NOW, PARIS, page, read, stop_clock
from tests.factories import make_message, make_subject, make_territory


def test_messages_are_counted_by_month_across_the_end_of_a_year(db, monkeypatch):
    stop_clock(monkeypatch, datetime(2026, 2, 10, 12, tzinfo=PARIS))
    utc = ZoneInfo("UTC")
    for moment in [
        datetime(2025, 2, 28, 22, 59, tzinfo=utc),  # a minute before March in Paris
        datetime(2025, 2, 28, 23, 0, tzinfo=utc),
        datetime(2025, 12, 31, 22, 59, tzinfo=utc),
        datetime(2025, 12, 31, 23, 0, tzinfo=utc),
        datetime(2026, 2, 10, 10, 0, tzinfo=utc),
    ]:
        make_message(received_at=moment)

    months = [(f"{month:%Y-%m}", number) for month, number in statistics.by_month()]

    assert months == [
        ("2025-03", 1),
        ("2025-04", 0),
        ("2025-05", 0),
        ("2025-06", 0),
        ("2025-07", 0),
        ("2025-08", 0),
        ("2025-09", 0),
        ("2025-10", 0),
        ("2025-11", 0),
        ("2025-12", 1),
        ("2026-01", 1),
        ("2026-02", 1),
    ]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=PARIS), date(2026, 1, 1)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=PARIS), date(2026, 2, 1)),
        (datetime(2026, 11, 30, 12, tzinfo=PARIS), date(2025, 12, 1)),
        (datetime(2026, 3, 31, 12, tzinfo=PARIS), date(2025, 4, 1)),
        # The year has begun in Paris.
        (datetime(2026, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")), date(2026, 2, 1)),
    ],
)
def test_the_count_begins_twelve_months_ago_this_one_included(db, monkeypatch, now, first):
    stop_clock(monkeypatch, now)

    months = [month for month, _ in statistics.by_month()]

    assert statistics.first_month().isoformat()[:19] == f"{first}T00:00:00"
    assert len(months) == 12
    assert months[0].date() == first
    last = now.astimezone(PARIS)
    assert (months[-1].year, months[-1].month) == (last.year, last.month)


def test_the_page_of_statistics_counts_by_month_subject_and_territory(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)
    project, other = make_subject(name="Un projet"), make_subject(name="Autre chose")
    cher = make_territory(name="Val-de-Test")
    recently = {"received_at": datetime(2026, 10, 3, 9, tzinfo=PARIS)}
    first = make_message(subject=project, territory=cher, **recently)
    make_message(subject=project, state="done", **recently)
    make_message(subject=other, received_at=NOW)
    make_message(subject=other, state="suspect", **recently)
    make_message(subject=other, merged_into=first, **recently)
    make_message(subject=other, received_at=datetime(2025, 11, 30, 9, tzinfo=PARIS))

    text = read(editor_client.get(page("statistics")))

    assert "Messages reçus depuis décembre 2025" in text
    assert "Septembre 2026 0 Octobre 2026 2 Novembre 2026 1" in text
    assert "Par objet Objet Messages Un projet 2 Autre chose 1" in text
    assert "Par territoire Territoire Messages Non précisé 2 Val-de-Test 1" in text


def test_the_statistics_of_an_empty_desk_read_well(editor_client, monkeypatch):
    stop_clock(monkeypatch, NOW, editor_client)

    text = read(editor_client.get(page("statistics")))

    assert "Décembre 2025 0" in text
    assert "Novembre 2026 0" in text
    assert text.count("Aucun message.") == 2
