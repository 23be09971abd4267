"""How to act on a lever: what its page and « Comment agir » show, and how staff keep it."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cress.base.text.markdown import plain_text
from policies.models import Action, LegalText, Lever, Resource, Rule
from policies.practice import Practice
from tests.admin_pages import address, change_page, filled_form, save
from tests.factories import (
    make_action,
    make_legal_text,
    make_lever,
    make_page,
    make_resource,
    make_rule,
)
from tests.html import Document, plain

HOW_TO_ACT = "/comment-agir/"
MOST_ELEMENTS = 380  # outside svg: beyond, EcoIndex lowers the grade of a page
# Texts of which an official copy of April 2026 was read; every other one waits for a reader.
READ_IN_APRIL_2026 = {
    "Code de la commande publique",
    "Code de l’urbanisme",
    "Code de l’énergie",
    "Code général de la propriété des personnes publiques",
    "Code du tourisme",
    "Code du sport",
}
# Guesses, dates that slip, promises, and remarks on the printed brochure.
FORBIDDEN = re.compile(
    r"sans doute|peut-être|actuellement|à ce jour|prochainement|bientôt|désormais"
    r"|la CRESS (?:vous|va|s’en)|vous ne pouvez pas|aucun texte|s’en occupe|plaquette"
    r"|il convient|ZRR|ZFRR",
    re.IGNORECASE,
)


def forbidden_in(text):
    return FORBIDDEN.findall(text)


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return plain(Document(response.text).text)


def written(row):
    """Return the French texts of a row that visitors read."""
    kinds = (models.CharField, models.TextField)
    fields = [field for field in row._meta.fields if isinstance(field, kinds)]
    return " ".join(str(getattr(row, field.name)) for field in fields)


def parts_of(lever):
    return [getattr(lever, field.name) for field in Practice._meta.fields]


# The shipped content


def test_every_shipped_lever_has_its_five_parts(content):
    levers = Lever.objects.published()

    assert len(levers) == 13
    for lever in levers:
        assert lever.who_acts, lever
        assert lever.next_month, lever
        assert lever.trap, lever
        assert lever.rules.count() >= 3, lever
        assert 2 <= lever.resources.count() <= 4, lever


def test_every_shipped_action_has_three_steps_and_its_instrument(content):
    actions = Action.objects.all()

    assert len(actions) == 42
    for action in actions:
        assert [text for _, text in action.steps] == [
            action.meeting,
            action.decision,
            action.follow_up,
        ], action
        assert action.instrument, action


def test_a_shipped_rule_is_verified_only_if_its_text_was_read(content):
    rules = Rule.objects.select_related("legal_text")

    verified = [rule for rule in rules if rule.verified_on]
    assert len(verified) >= 30
    assert {rule.verified_on for rule in verified} == {date(2026, 4, 1)}
    assert {rule.legal_text.name for rule in verified} == READ_IN_APRIL_2026
    assert all(rule.articles for rule in verified)
    assert len(rules) - len(verified) >= 40


@pytest.mark.parametrize(
    ("slug", "duty"),
    [
        ("enseignement-petite-enfance-et-activites-extrascolaires", "dont 20 % de produits bio"),
        ("enseignement-petite-enfance-et-activites-extrascolaires", "60 % au moins sont durables"),
        ("enseignement-petite-enfance-et-activites-extrascolaires", "recense les besoins"),
        ("collecte-gestion-et-valorisation-des-dechets", "ouvre ses déchèteries"),
        ("collecte-gestion-et-valorisation-des-dechets", "vient du réemploi"),
        ("transports-voirie", "60 % en masse"),
        ("commande-publique-et-achats-responsables", "tout acheteur au-dessus de 50 M€"),
    ],
)
def test_what_the_law_demands_is_called_a_duty(client, content, slug, duty):
    text = text_of(client, f"/leviers/{slug}/")

    [line] = [line for line in re.split("à vérifier|vérifié en", text) if duty in line]
    assert "(obligation légale)" in line


def test_every_lever_page_shows_all_its_parts(client, content):
    for lever in Lever.objects.published():
        text = text_of(client, lever.get_absolute_url())
        for part in filter(None, parts_of(lever)):
            for line in part.splitlines():
                assert plain(plain_text(line)) in text, (lever, line)
        for action in lever.actions.all():
            for words in [action.text, action.instrument, *(step for _, step in action.steps)]:
                assert plain(words) in text, (action, words)
        for rule in lever.rules.all():
            assert plain(rule.text) in text, rule
        for resource in lever.resources.all():
            assert plain(resource.title) in text, resource
            assert plain(resource.publisher) in text, resource


def test_every_rule_shows_when_it_was_verified_or_that_it_waits(client, content):
    swept = 0
    paths = [lever.get_absolute_url() for lever in Lever.objects.published()]
    for path in [*paths, HOW_TO_ACT]:
        text = text_of(client, path)
        rules = Rule.objects.common()
        if path != HOW_TO_ACT:
            rules = Rule.objects.filter(lever__slug=path.split("/")[2])
        for rule in rules.select_related("legal_text"):
            reference = plain(f"{rule.legal_text}, art. {rule.articles}") if rule.articles else ""
            ending = "· vérifié en avril 2026" if rule.verified_on else "à vérifier"
            duty = " (obligation légale)" if rule.is_duty else ""
            after = text.split(plain(f"{rule.title}{duty}. {rule.text}"), 1)[1]
            shown = after[: after.index(ending) + len(ending)]
            assert len(shown) < 200, (rule, shown)
            assert reference in shown, (rule, shown)
            swept += 1

    assert swept == Rule.objects.count() >= 100


def test_no_shipped_text_guesses_or_promises(content):
    rows = [*Rule.objects.all(), *Action.objects.all(), *LegalText.objects.all()]
    rows += [*Resource.objects.exclude(slug="kit-municipal-du-rtes")]
    texts = [written(row) for row in rows]
    texts += [part for lever in Lever.objects.all() for part in parts_of(lever)]

    assert len(texts) > 200
    assert {text: found for text in texts if (found := forbidden_in(text))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "C’est sans doute le cas.",
        "Actuellement, le seuil est bas.",
        "La CRESS vous trouvera un partenaire.",
        "Une commune en ZRR.",
    ],
)
def test_a_planted_guess_is_found(planted):
    assert forbidden_in(planted)


def test_no_shipped_rule_is_about_the_law_that_nobody_could_read(content):
    for rule in Rule.objects.filter(text__icontains="zéro chômeur"):
        assert rule.verified_on is None, rule

    assert not Rule.objects.filter(verified_on__gt=date(2026, 4, 30)).exists()


def test_the_pages_are_light_with_their_headings_in_order(client, content):
    paths = [lever.get_absolute_url() for lever in Lever.objects.published()]
    assert len(paths) == 13
    for path in [*paths, HOW_TO_ACT]:
        page = client.get(path).text
        outside_drawings = re.sub(r"<svg.*?</svg>", "<svg>", page, flags=re.DOTALL)
        assert len(re.findall(r"<[a-z]", outside_drawings)) <= MOST_ELEMENTS, path
        levels = [level for level, _ in Document(page).headings]
        assert levels[0] == 1, path
        steps = zip(levels, levels[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), path


# The page « Comment agir »


def test_the_common_rules_are_read_on_one_page(client, content):
    text = text_of(client, HOW_TO_ACT)

    common = Rule.objects.common()
    assert {rule.topic for rule in common} == set(Rule.Topic.values)
    for topic in Rule.Topic:
        assert plain(topic.label) in text
    for rule in common:
        assert plain(rule.text) in text, rule
    for lever in Lever.objects.published():
        for rule in lever.rules.exclude(text__in=common.values("text")):
            assert plain(rule.text) not in text, rule


def test_how_to_act_is_found_from_each_lever_the_list_and_the_sitemap(client, content):
    paths = [lever.get_absolute_url() for lever in Lever.objects.published()]
    assert len(paths) == 13
    for path in [*paths, "/leviers/", "/plan-du-site/"]:
        assertContains(client.get(path), f'href="{HOW_TO_ACT}"')
    assertContains(client.get("/sitemap-pages.xml"), f"{HOW_TO_ACT}</loc>", count=1)


def test_staff_write_the_opening_of_how_to_act(client, db):
    make_page(slug="comment-agir", title="Par où commencer", lead="Trois questions.", body="## Où")

    document = Document(client.get(HOW_TO_ACT).text)

    assert document.headings[:2] == [[1, "Par où commencer"], [2, "Où"]]
    assert "Trois questions." in document.text


def test_how_to_act_without_any_row_reads_well(client, db):
    text = text_of(client, HOW_TO_ACT)

    assert "Aucune règle commune n'est encore publiée." in text
    assert "Sur cette page" not in text


def test_a_resource_without_lever_is_read_on_how_to_act(client, db):
    make_resource(title="Un guide général")
    make_resource(title="Un guide des SCIC").levers.add(make_lever())

    text = text_of(client, HOW_TO_ACT)

    assert "Un guide général" in text
    assert "Un guide des SCIC" not in text


# Rows that are not finished


def test_a_new_lever_with_nothing_reads_well(client, db):
    lever = make_lever(title="Un levier neuf")

    document = Document(client.get(lever.get_absolute_url()).text)

    assert document.headings == [[1, "Un levier neuf"], [2, "Parlez-en avec la CRESS"]]
    assert [tag for tag, a in document.tags if a.get("href", "").startswith("#")] == ["a"]


@pytest.mark.parametrize("step", ["meeting", "decision", "follow_up"])
def test_an_action_without_one_of_its_steps_shows_the_others(client, db, step):
    steps = {"meeting": "La CRESS.", "decision": "Un bail.", "follow_up": "Les comptes."}
    action = make_action(**steps | {step: ""})

    page = client.get(action.lever.get_absolute_url())

    shown = [text for name, text in steps.items() if name != step]
    assert all(text in page.text for text in shown)
    assertNotContains(page, steps[step])
    assert page.text.count("</strong>") == 2


def test_an_action_without_steps_is_only_its_text(client, db):
    action = make_action(text="Soutenir un projet.")

    page = client.get(action.lever.get_absolute_url())

    assertContains(page, "<h3>Soutenir un projet.</h3>")
    assertNotContains(page, "action-steps")
    assertNotContains(page, "Instrument")


@pytest.mark.parametrize(
    ("fields", "reference"),
    [
        ({}, "Référence à vérifier"),
        ({"verified_on": date(2026, 4, 1)}, "vérifié en avril 2026"),
        ({"legal_text": "Code rural"}, "Code rural · à vérifier"),
        ({"legal_text": "Code rural", "articles": "L. 1"}, "Code rural, art. L. 1 · à vérifier"),
        (
            {"legal_text": "Code rural", "articles": "L. 1", "verified_on": date(2025, 12, 24)},
            "Code rural, art. L. 1 · vérifié en décembre 2025",
        ),
    ],
)
def test_a_rule_shows_what_is_known_of_its_reference(client, db, fields, reference):
    if "legal_text" in fields:
        fields = fields | {"legal_text": make_legal_text(name=fields["legal_text"])}
    rule = make_rule(text="Une règle.", **fields)

    assert f"Une règle. {reference} " in text_of(client, rule.lever.get_absolute_url())


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "Une règle."),
        ({"title": "Repas"}, "Repas. Une règle."),
        ({"is_duty": True}, "Obligation légale. Une règle."),
        ({"title": "Repas", "is_duty": True}, "Repas (obligation légale). Une règle."),
    ],
)
def test_a_rule_says_if_it_is_a_duty(client, db, fields, shown):
    rule = make_rule(text="Une règle.", **fields)

    assert f" La règle {shown} " in text_of(client, rule.lever.get_absolute_url())


def test_a_legal_text_with_an_address_is_a_link(client, db):
    text = make_legal_text(name="Code rural", url="https://texte.example/")
    rule = make_rule(legal_text=text)

    page = client.get(rule.lever.get_absolute_url())

    assertContains(page, '<a href="https://texte.example/">Code rural</a>')


def test_what_staff_type_is_escaped(client, db):
    lever = make_lever(who_acts="<script>1</script>", trap="a < b")
    make_action(lever=lever, instrument="<b>", meeting="<i>x</i>")
    make_rule(lever=lever, title="<u>", text="<s>y</s>")

    page = client.get(lever.get_absolute_url()).text

    for tag in ["<script>1", "<b>", "<i>", "<u>", "<s>"]:
        assert tag not in page


def test_a_page_takes_as_many_queries_for_ten_rules_as_for_one(client, db):
    lever = make_lever()
    make_rule(lever=lever, legal_text=make_legal_text())
    make_rule(topic="who", legal_text=make_legal_text())

    def queries(path):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(path)
        return len(captured)

    paths = [lever.get_absolute_url(), HOW_TO_ACT]
    with_one = [queries(path) for path in paths]
    for _ in range(9):
        make_rule(lever=lever, legal_text=make_legal_text())
        make_rule(topic="who", legal_text=make_legal_text())

    assert [queries(path) for path in paths] == with_one


# As the staff keep it


def test_the_admin_lists_the_rules_that_nobody_has_verified_for_a_year(editor_client):
    today = timezone.localdate()
    make_rule(title="Règle fraîche", verified_on=today - timedelta(days=364))
    make_rule(title="Règle vieillie", verified_on=today - timedelta(days=366))
    make_rule(title="Règle jamais lue")
    changelist = address(Rule, "changelist")

    due = editor_client.get(changelist, {"verification": "due"})
    never = editor_client.get(changelist, {"verification": "never"})
    everything = editor_client.get(changelist)

    def listed(response):
        return sorted(rule.title for rule in response.context["cl"].result_list)

    assert listed(due) == ["Règle jamais lue", "Règle vieillie"]
    assert listed(never) == ["Règle jamais lue"]
    assert len(listed(everything)) == 3
    assertContains(everything, "À vérifier (jamais vérifiée, ou il y a plus d’un an)")


def test_an_editor_dates_a_rule_on_the_page_of_its_lever(editor_client, client):
    rule = make_rule(legal_text=make_legal_text())
    rule.lever.is_published = False
    rule.lever.save()

    response = save(
        editor_client, rule.lever, **{"rules-0-verified_on": "24/11/2026", "is_published": "on"}
    )

    assert response.status_code == 302
    assertContains(client.get(rule.lever.get_absolute_url()), "vérifié en novembre 2026")


def test_an_editor_writes_a_step_on_the_page_of_the_lever(editor_client, client):
    action = make_action()

    response = save(editor_client, action.lever, **{"actions-0-meeting": "Le DGS de l'EPCI."})

    assert response.status_code == 302
    assertContains(client.get(action.lever.get_absolute_url()), "Le DGS de l’EPCI.")


def test_a_rule_is_not_verified_tomorrow(editor_client):
    rule = make_rule(title="Une règle")
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = save(editor_client, rule, verified_on=tomorrow.strftime("%d/%m/%Y"))

    assertContains(response, "Cette date n’est pas encore passée.")
    rule.refresh_from_db()
    assert rule.verified_on is None


def test_a_rule_with_a_lever_and_a_topic_is_refused_and_keeps_what_was_typed(editor_client):
    rule = make_rule()

    response = save(editor_client, rule, topic="who", text="Une règle corrigée.")

    assertContains(response, "Une règle a un levier, ou une rubrique de")
    assertContains(response, "Une règle corrigée.")
    rule.refresh_from_db()
    assert rule.topic == ""


def test_articles_without_a_text_are_refused_on_the_page_of_the_lever(editor_client):
    rule = make_rule()
    url = change_page(rule.lever)
    values = filled_form(editor_client.get(url), **{"rules-0-articles": "L. 1"})

    response = editor_client.post(url, values)

    assertContains(response, "Dites de quel texte viennent ces articles.")
    assertContains(response, 'value="L. 1"')


def test_a_legal_text_in_use_is_not_deleted(db):
    rule = make_rule(legal_text=make_legal_text())

    with pytest.raises(models.ProtectedError):
        rule.legal_text.delete()


def test_a_lever_takes_its_rules_with_it(db):
    rule = make_rule()
    common = make_rule(topic="who")

    rule.lever.delete()

    assert list(Rule.objects.all()) == [common]


def test_a_rule_of_a_draft_lever_is_not_read_by_visitors(client, db):
    rule = make_rule(lever=make_lever(is_published=False), text="Un brouillon.")

    assert client.get(rule.lever.get_absolute_url()).status_code == 404
    assertNotContains(client.get(HOW_TO_ACT), "Un brouillon.")


def test_only_general_resources_are_in_the_brochure(client, content):
    page = client.get(reverse("printing:region_levers"))

    cited = Resource.objects.filter(is_in_brochure=True)
    assert {resource.slug for resource in cited} == {
        "code-de-la-commande-publique",
        "kit-municipal-du-rtes",
        "loi-du-31-juillet-2014",
    }
    for resource in cited:
        assertContains(page, resource.title)
    assertNotContains(page, "Mouvement SOL")


def test_a_date_typed_badly_is_refused_in_french(editor_client):
    response = save(editor_client, make_rule(), verified_on="avril 2026")

    assertContains(response, "Saisissez une date valide.")


def test_a_rule_without_sentence_is_refused(db):
    rule = make_rule()
    rule.text = ""

    with pytest.raises(ValidationError) as refusal:
        rule.full_clean()

    assert set(refusal.value.message_dict) == {"text"}
