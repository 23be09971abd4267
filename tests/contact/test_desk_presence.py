"""The readers who have a message on screen."""

from datetime import timedelta

from cress.contact.models import Reading
from tests.contact.desk import NOW, page, record_presence, stop_clock
from tests.factories import make_message, make_reading
from tests.html import Document


def test_presence_is_recorded_by_post_only(editor_client):
    message = make_message()

    response = editor_client.get(page("presence", message.pk))

    assert response.status_code == 405
    assert not Reading.objects.exists()


def test_a_reader_alone_sees_nobody(editor_client):
    message = make_message()
    make_reading()

    readers = [record_presence(editor_client, message), record_presence(editor_client, message)]

    assert readers == [[], []]
    assert message.readings.count() == 1


def test_two_readers_see_each_other_by_name(manager_client, editor_client):
    editor_client.user.first_name, editor_client.user.last_name = "Awa", "Diop"
    editor_client.user.save()
    message = make_message()

    first = record_presence(editor_client, message)
    second = record_presence(manager_client, message)
    third = record_presence(editor_client, message)

    assert (first, second, third) == ([], ["Awa Diop"], ["Responsable"])


def test_a_reader_is_no_longer_shown_after_a_minute(manager_client, editor_client, monkeypatch):
    message = make_message()
    stop_clock(monkeypatch, NOW, manager_client, editor_client)
    record_presence(editor_client, message)

    stop_clock(monkeypatch, NOW + Reading.LASTS)
    still_there = record_presence(manager_client, message)
    stop_clock(monkeypatch, NOW + Reading.LASTS + timedelta(seconds=1))
    gone = record_presence(manager_client, message)
    record_presence(editor_client, message)
    back = record_presence(manager_client, message)

    assert (still_there, gone, back) == (["Rédaction"], [], ["Rédaction"])


def test_presence_on_an_unknown_message_is_not_found(editor_client):
    for key in [987654, 10**30]:
        assert editor_client.post(page("presence", key)).status_code == 404


def test_the_page_holds_the_address_that_records_presence(editor_client):
    message = make_message()

    response = editor_client.get(message.get_absolute_url())

    assert page("presence", message.pk) in Document(response.text).attributes("data-presence")
