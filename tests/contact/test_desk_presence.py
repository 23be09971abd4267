"""Who else is reading a message."""

from datetime import timedelta

from cress.contact.models import Reading
from tests.contact.desk import NOW, page, stop_clock, tell_presence
from tests.factories import make_message, make_reading
from tests.html import Document


def test_presence_is_told_and_never_fetched(editor_client):
    message = make_message()

    response = editor_client.get(page("presence", message.pk))

    assert response.status_code == 405
    assert not Reading.objects.exists()


def test_who_reads_alone_sees_no_one(editor_client):
    message = make_message()
    make_reading()

    told = [tell_presence(editor_client, message), tell_presence(editor_client, message)]

    assert told == [[], []]
    assert message.readings.count() == 1


def test_two_readers_see_each_other_by_name(manager_client, editor_client):
    editor_client.user.first_name, editor_client.user.last_name = "Awa", "Diop"
    editor_client.user.save()
    message = make_message()

    first = tell_presence(editor_client, message)
    second = tell_presence(manager_client, message)
    third = tell_presence(editor_client, message)

    assert (first, second, third) == ([], ["Awa Diop"], ["Responsable"])


def test_a_reader_is_forgotten_after_a_while(manager_client, editor_client, monkeypatch):
    message = make_message()
    stop_clock(monkeypatch, NOW, manager_client, editor_client)
    tell_presence(editor_client, message)

    stop_clock(monkeypatch, NOW + Reading.LASTS)
    still_there = tell_presence(manager_client, message)
    stop_clock(monkeypatch, NOW + Reading.LASTS + timedelta(seconds=1))
    gone = tell_presence(manager_client, message)
    tell_presence(editor_client, message)
    back = tell_presence(manager_client, message)

    assert (still_there, gone, back) == (["Rédaction"], [], ["Rédaction"])


def test_presence_on_a_message_that_is_not_there_is_not_found(editor_client):
    for key in [987654, 10**30]:
        assert editor_client.post(page("presence", key)).status_code == 404


def test_the_page_says_where_to_tell_ones_presence(editor_client):
    message = make_message()

    response = editor_client.get(message.get_absolute_url())

    assert page("presence", message.pk) in Document(response.text).attributes("data-presence")
