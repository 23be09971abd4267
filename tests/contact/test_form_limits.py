"""How many messages one sender may send in an hour."""

import re
from datetime import timedelta

import pytest
from django.db.models import F

from cress.contact.models import Allowance, Mail, Message
from tests.contact.form import Form, fields, send, summary


def other_words(n, **changes):
    """Return a message with its own text and its own address."""
    changes = {"text": f"Message numéro {n}.", "email": f"jeanne.{n}@commune.example"} | changes
    return fields(**changes)


def assert_limited(response, stored):
    """Check that the answer keeps the text and gives the time to wait."""
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Beaucoup de messages viennent d'arriver" in summary(response)
    assert "Votre texte est toujours là" in summary(response)
    assert Form(response).values["text"].startswith("Message numéro")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert Message.objects.count() == stored


def test_one_network_address_has_a_limit_of_messages_an_hour(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 3

    taken = [send(visitor, other_words(n), REMOTE_ADDR="203.0.113.5") for n in range(3)]
    refused = send(visitor, other_words(3), REMOTE_ADDR="203.0.113.5")
    neighbour = send(visitor, other_words(4), REMOTE_ADDR="203.0.113.6")

    assert [response.status_code for response in taken] == [302, 302, 302]
    assert_limited(refused, stored=4)
    assert neighbour.status_code == 302


def test_one_electronic_address_has_a_limit_of_messages_an_hour(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    email = "jeanne@commune.example"

    send(visitor, other_words(1, email=email), REMOTE_ADDR="203.0.113.5")
    refused = send(visitor, other_words(2, email=email.title()), REMOTE_ADDR="198.51.100.5")
    someone_else = send(visitor, other_words(3), REMOTE_ADDR="198.51.100.5")

    assert_limited(refused, stored=2)
    assert someone_else.status_code == 302


@pytest.mark.parametrize(
    ("first", "same_network", "elsewhere"),
    [
        ("203.0.113.5", "203.0.113.77", "203.0.114.5"),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:2:1::1"),
        ("::ffff:203.0.113.5", "203.0.113.77", "::ffff:203.0.114.5"),
        ("a-socket", "a-socket", "203.0.114.5"),
        ("", "", "203.0.114.5"),
    ],
)
def test_one_network_has_a_limit_of_messages_an_hour(
    visitor, settings, first, same_network, elsewhere
):
    settings.CONTACT_LIMIT_PER_NETWORK = 1

    send(visitor, other_words(1), REMOTE_ADDR=first)
    refused = send(visitor, other_words(2), REMOTE_ADDR=same_network)
    accepted = send(visitor, other_words(3), REMOTE_ADDR=elsewhere)

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


@pytest.mark.parametrize(
    ("first", "same_sender", "neighbour"),
    [
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1"),
        ("::ffff:203.0.113.5", "203.0.113.5", "::ffff:203.0.113.6"),
        ("a-socket", "a-socket", "another-socket"),
    ],
)
def test_one_sender_is_one_however_its_address_is_written(
    visitor, settings, first, same_sender, neighbour
):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    send(visitor, other_words(1), REMOTE_ADDR=first)
    refused = send(visitor, other_words(2), REMOTE_ADDR=same_sender)
    accepted = send(visitor, other_words(3), REMOTE_ADDR=neighbour)

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


def test_a_limit_of_zero_is_no_limit(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = settings.CONTACT_LIMIT_PER_NETWORK = 0

    responses = [send(visitor, fields(text=f"Message {n}.")) for n in range(50)]

    assert {response.status_code for response in responses} == {302}
    assert Message.objects.count() == 50
    assert not Allowance.objects.exists()


def test_an_allowance_comes_back_message_by_message(visitor, settings, clock):
    settings.CONTACT_LIMIT_PER_ADDRESS = 2
    begun = clock.time

    def send_after(n, **time):
        clock.time = begun + timedelta(**time)
        return send(visitor, other_words(n))

    assert send_after(1, minutes=0).status_code == 302
    assert send_after(2, minutes=0).status_code == 302
    at_once = send_after(3, minutes=0)
    too_early = send_after(3, minutes=29, seconds=30)
    in_time = send_after(3, minutes=30)
    again = send_after(4, minutes=30)

    assert at_once["Retry-After"] == "1800"
    assert "envoyez-le de nouveau dans 30 minutes, ou appelez-nous" in summary(at_once)
    assert too_early["Retry-After"] == "30"
    assert "envoyez-le de nouveau dans une minute, ou" in summary(too_early)
    assert in_time.status_code == 302
    assert_limited(again, stored=3)


def test_an_allowance_never_exceeds_one_hour(visitor, settings, clock):
    settings.CONTACT_LIMIT_PER_ADDRESS = 2
    send(visitor, other_words(1))
    clock.time += timedelta(days=7)

    statuses = [send(visitor, other_words(n)).status_code for n in range(2, 5)]

    assert statuses == [302, 302, 429]


def test_a_text_that_was_kept_can_be_sent_when_the_hour_has_passed(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    send(visitor, other_words(1))
    page = send(visitor, other_words(2))
    Allowance.objects.update(full_again_at=F("full_again_at") - timedelta(hours=1))

    response = send(visitor, Form(page).values)

    assert response.status_code == 302
    assert Message.objects.filter(text="Message numéro 2.", state="new").exists()


def test_a_refused_message_does_not_count(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1
    send(visitor, other_words(1))
    before = list(Allowance.objects.order_by("pk").values())

    send(visitor, other_words(2))
    send(visitor, other_words(3, name=""))

    assert list(Allowance.objects.order_by("pk").values()) == before


def test_spam_is_counted_like_any_message(visitor, settings):
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    send(visitor, other_words(1, trap="x"))
    refused = send(visitor, other_words(2, trap="x"))

    assert_limited(refused, stored=1)


def test_no_address_is_stored_in_clear_where_messages_are_counted(visitor, settings):
    send(visitor, fields(email="jeanne@commune.example"), REMOTE_ADDR="203.0.113.5")

    keys = set(Allowance.objects.values_list("key", flat=True))
    settings.SECRET_KEY = settings.SECRET_KEY[::-1]
    Message.objects.all().delete()
    send(visitor, fields(email="jeanne@commune.example"), REMOTE_ADDR="203.0.113.5")
    other_keys = set(Allowance.objects.values_list("key", flat=True)) - keys

    assert len(keys) == len(other_keys) == 3  # a hash that needs our secret
    for key in keys:
        assert re.fullmatch(r"[0-9a-f]{64}", key)
    everything = [*Allowance.objects.values(), *Message.objects.values(), *Mail.objects.values()]
    assert "203.0.113" not in str(everything)
    assert "jeanne" not in str(list(Allowance.objects.values()))


def test_behind_a_proxy_only_its_own_entry_counts(visitor, settings):
    settings.BEHIND_PROXY = True
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    def send_from(n, forwarded):
        return send(visitor, other_words(n), REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    send_from(1, "1.1.1.1, 203.0.113.5")
    refused = send_from(2, "2.2.2.2,203.0.113.5")
    accepted = send_from(3, "1.1.1.1, 203.0.113.6")

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


def test_behind_a_proxy_without_an_entry_its_own_address_counts(visitor, settings):
    settings.BEHIND_PROXY = True
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    send(visitor, other_words(1), REMOTE_ADDR="10.0.0.1")
    refused = send(visitor, other_words(2), REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="")
    accepted = send(visitor, other_words(3), REMOTE_ADDR="10.0.0.2")

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


def test_without_a_proxy_a_forged_header_does_not_count(visitor, settings):
    settings.BEHIND_PROXY = False
    settings.CONTACT_LIMIT_PER_ADDRESS = 1

    def send_from(n, address, forwarded):
        return send(visitor, other_words(n), REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)

    send_from(1, "203.0.113.5", "1.1.1.1")
    refused = send_from(2, "203.0.113.5", "2.2.2.2")
    accepted = send_from(3, "203.0.113.6", "1.1.1.1")

    assert_limited(refused, stored=2)
    assert accepted.status_code == 302


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("203.0.113.5:1234", "203.0.113.5:5678"),
        ("[2001:db8::1]:443", "[2001:db8::1]:444"),
        ("2001:db8::1", "[2001:db8::1]:443"),
    ],
)
def test_a_proxy_that_writes_ports_does_not_defeat_the_limit(visitor, settings, first, second):
    settings.BEHIND_PROXY, settings.CONTACT_LIMIT_PER_ADDRESS = True, 1
    send(visitor, fields(email="une@commune.example"), headers={"X-Forwarded-For": first})

    response = send(
        visitor, fields(email="autre@commune.example"), headers={"X-Forwarded-For": second}
    )

    assert response.status_code == 429
