"""Photos of enterprises: files accepted and refused, renditions, pages, the admin, commands."""

import os
import random
import re
import time
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from cress.accounts.models import User
from cress.base.history.bin import delete_for_ever
from cress.base.history.operations import Operation, operation
from cress.base.history.undo import undo
from enterprises.models import Focus, Photo
from enterprises.photos.check import MOST_PIXELS, read
from enterprises.photos.descriptions import refuse_file_name
from enterprises.photos.store import originals_folder, shown_folder, store
from tests import hostile_images as hostile
from tests.factories import make_enterprise, make_photo, make_sector, make_staff
from tests.html import Document
from tests.test_admin import change_page, filled_form

DESCRIPTION = "Trois artisanes devant un établi"
SERVED_AS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The data folder of this test."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def checked(content=None, name="photo.jpg"):
    return read(ContentFile(content or hostile.save(hostile.draw()), name=name))


def stored_photo(content=None, name="photo.jpg", **fields):
    """Make a photo with its files."""
    photo = make_photo(**fields)
    store(photo, checked(content, name))
    photo.save()
    return photo


def shown_files():
    return sorted(path.name for path in shown_folder().iterdir())


def served(photo):
    """Return (path, bytes) of every file that the page of the photo names."""
    addresses = [photo.src]
    for _, srcset in photo.sources:
        addresses += [source.split()[0] for source in srcset.split(", ")]
    return [
        (a, (shown_folder() / a.removeprefix("/media/photos/")).read_bytes()) for a in addresses
    ]


def quarters(image):
    """Return the colours of the centres of the four quarters."""
    width, height = image.size
    return [image.getpixel((width * x // 4, height * y // 4)) for y in (1, 3) for x in (1, 3)]


def is_close(one, other, least=24):
    return all(abs(a - b) <= least for a, b in zip(one, other, strict=True))


# Refused files


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # as in production
@pytest.mark.parametrize("case", hostile.REFUSED)
def test_a_hostile_file_is_refused_in_french(case):
    name, content, reason = hostile.REFUSED[case]

    with pytest.raises(ValidationError) as refusal:
        read(ContentFile(content, name=name))

    assert len(refusal.value.messages) == 1
    assert refusal.value.messages[0].startswith(reason), refusal.value.messages
    assert not re.search(r"[ \u00a0][;:!?»]|« ", refusal.value.messages[0])


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_photo_that_is_too_large_is_not_decoded(monkeypatch):
    """A picture of 51 megapixels would fill 153 MB of memory."""

    def decode(image):
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    name, content, _ = hostile.REFUSED["51 megapixels"]

    with pytest.raises(ValidationError, match="50 millions de pixels"):
        checked(content, name)


def test_a_photo_as_large_as_allowed_is_accepted():
    content = hostile.save(Image.new("L", (10_000, 5_000)))

    converted = checked(content).converted

    assert converted.width * converted.height == MOST_PIXELS
    assert converted.picture.size == (1600, 800)


@pytest.mark.parametrize("size", [(320, 320), (320, 1280), (1280, 320)])
def test_a_photo_as_small_or_as_long_as_allowed_is_accepted(size):
    converted = checked(hostile.save(hostile.draw(*size))).converted

    assert (converted.width, converted.height) == size


@pytest.mark.parametrize("kind", hostile.FORMATS)
def test_bytes_changed_at_random_are_refused_or_harmless(kind):
    chance = random.Random(kind)  # noqa: S311
    whole = hostile.with_metadata(kind)
    refused = 0
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            converted = checked(bytes(content), f"photo.{hostile.FORMATS[kind]}").converted
        except ValidationError:
            refused += 1
        else:
            assert converted.picture.mode == "RGB"
            assert not converted.picture.info

    assert refused < 60


# Renditions


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("case", hostile.HARMLESS)
def test_an_accepted_photo_is_served_upright_in_srgb_without_metadata(db, case):
    name, content = hostile.HARMLESS[case]
    photo = stored_photo(content, name)

    files = served(photo)

    assert (photo.width, photo.height) == (hostile.WIDTH, hostile.HEIGHT)
    assert len(files) == 1 + 3 * 2  # 480 and 640 pixels
    for address, content in files:
        assert re.fullmatch(r"/media/photos/[0-9a-f]{32}-(480|640)\.(avif|webp|jpg)", address)
        image = Image.open(BytesIO(content))
        assert image.format == SERVED_AS[address.rpartition(".")[2]]
        assert image.mode == "RGB"
        assert f"-{image.width}." in address
        assert image.height == round(image.width * hostile.HEIGHT / hostile.WIDTH)
        assert getattr(image, "n_frames", 1) == 1
        for seen, drawn in zip(quarters(image), hostile.QUARTERS, strict=True):
            assert is_close(seen, drawn), (address, quarters(image))
        assert not image.getexif()
        assert not set(image.info) & {"exif", "icc_profile", "xmp", "comment", "photoshop"}
        for secret in [hostile.SECRET, b"Exif", b"xmpmeta", b"Photoshop", b"ICC_PROFILE"]:
            assert secret not in content


@pytest.mark.parametrize("kind", hostile.FORMATS)
def test_the_test_photos_have_metadata_that_must_not_be_served(kind):
    content = hostile.with_metadata(kind)
    image = Image.open(BytesIO(content))

    assert hostile.SECRET in content
    assert image.getexif().get_ifd(0x8825)[2] == (47.0, 4.0, 51.6)
    assert image.info["icc_profile"]


def test_sixteen_bits_keep_their_shades_of_grey(db):
    photo = stored_photo(hostile.sixteen_bits(), "photo.png")

    image = Image.open(BytesIO(served(photo)[0][1]))

    for seen, grey in zip(quarters(image), [0, 78, 156, 255], strict=True):
        assert is_close(seen, (grey, grey, grey), 4)


def test_a_photo_in_tiles_is_assembled(db):
    photo = stored_photo(hostile.GRID, "photo.avif")

    image = Image.open(BytesIO(served(photo)[0][1]))

    left, right, *_ = quarters(image)
    assert (photo.width, photo.height) == (640, 320)
    assert is_close(left, (255, 0, 0))
    assert is_close(right, (0, 0, 255))


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((3000, 2000), [480, 960, 1600]),
        ((1600, 1000), [480, 960, 1600]),
        ((1599, 1000), [480, 960, 1599]),
        ((481, 400), [480, 481]),
        ((480, 400), [480]),
        ((400, 480), [400]),
    ],
)
def test_no_rendition_is_larger_than_the_photo(db, size, widths):
    photo = stored_photo(hostile.save(hostile.draw(*size)))

    names = {address.rpartition("-")[2] for address, _ in served(photo)}

    assert names == {f"{width}.{kind}" for width in widths for kind in SERVED_AS}
    for _, srcset in photo.sources:
        assert re.findall(r" (\d+)w", srcset) == [str(width) for width in widths]
    assert len(shown_files()) == 3 * len(widths)


def test_a_photo_taken_sideways_is_measured_upright(db):
    image = hostile.draw(2000, 3000).transpose(hostile.STORED[6])

    photo = stored_photo(hostile.save(image, exif=hostile.exif(6)))

    assert (photo.width, photo.height) == (2000, 3000)
    largest = Image.open(BytesIO(served(photo)[3][1]))
    assert largest.size == (1600, 2400)


def test_the_original_is_kept_unchanged_in_a_private_folder(db, folder):
    content = hostile.with_metadata("JPEG")

    photo = stored_photo(content, "../../IMG 1234.JPEG")

    original = folder / "private" / "photos" / photo.original
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", photo.original)
    assert original.read_bytes() == content
    assert original.stat().st_mode & 0o777 == 0o600
    assert not originals_folder().is_relative_to(folder / "media")
    assert {path.stat().st_mode & 0o777 for path in shown_folder().iterdir()} == {0o644}
    assert {path.name for path in folder.iterdir()} == {"private", "media"}


def test_a_file_has_the_name_of_its_content(db):
    one = stored_photo(hostile.save(hostile.draw()))
    same = stored_photo(hostile.save(hostile.draw()))
    other = stored_photo(hostile.save(hostile.draw(quarters=hostile.QUARTERS[::-1])))

    assert one.digest == same.digest != other.digest
    assert len(shown_files()) == 2 * 6


# On the pages


def picture_on(client, enterprise):
    document = Document(client.get(enterprise.get_absolute_url()).text)
    sources = [attributes for tag, attributes in document.tags if tag == "source"]
    images = [a for tag, a in document.tags if tag == "img" and "/photos/" in a["src"]]
    return sources, images


def test_the_page_of_an_enterprise_offers_three_formats_and_as_many_widths(client, db):
    photo = make_photo(description=DESCRIPTION, width=3000, height=2000)

    sources, images = picture_on(client, photo.enterprise)

    assert [source["type"] for source in sources] == ["image/avif", "image/webp", "image/jpeg"]
    for source, extension in zip(sources, SERVED_AS, strict=True):
        assert source["srcset"] == ", ".join(
            f"/media/photos/{photo.digest}-{width}.{extension} {width}w"
            for width in [480, 960, 1600]
        )
        assert source["sizes"]
    assert images == [
        {
            "src": f"/media/photos/{photo.digest}-480.jpg",
            "width": "3000",
            "height": "2000",
            "alt": DESCRIPTION,
            "fetchpriority": "high",
            "decoding": "async",
        }
    ]


@pytest.mark.parametrize(
    ("fields", "signature"),
    [
        ({}, "Photo\u202f: tous droits réservés"),
        ({"credit": "Jeanne Roy"}, "Photo\u202f: Jeanne Roy, tous droits réservés"),
        ({"credit": "Jeanne Roy", "licence": "cc-by"}, "Photo\u202f: Jeanne Roy, CC BY 4.0"),
    ],
)
def test_the_credit_is_below_the_photo_on_the_page_of_its_enterprise(client, db, fields, signature):
    photo = make_photo(**fields)

    assertContains(client.get(photo.enterprise.get_absolute_url()), signature)
    assertNotContains(client.get("/entreprises/"), "Photo\u202f:")
    assertContains(client.get("/entreprises/"), photo.src)


@pytest.mark.parametrize("focus", Focus.values)
def test_the_focus_stays_in_view(client, db, settings, focus):
    photo = make_photo(focus=focus)

    response = client.get(photo.enterprise.get_absolute_url())

    assertContains(response, f'<figure class="photo {focus}">')
    css = (settings.BASE_DIR / "static" / "css" / "site.css").read_text()
    for word in focus.split():
        assert word == "center" or re.search(rf"^\.{word} {{ --[xy]: (0|100)%?; }}$", css, re.M)


def test_a_description_is_escaped(client, db):
    photo = make_photo(description='Un atelier "><script>alert(1)</script>')

    response = client.get(photo.enterprise.get_absolute_url())

    assertNotContains(response, "<script>alert")


@pytest.mark.parametrize("page", ["/entreprises/", "/", "enterprise", "department", "lever"])
def test_without_a_photo_the_plate_is_shown_on_the_ground_of_the_sector(client, content, page):
    enterprise = make_enterprise(
        sector=make_sector(ground="plum"), headcount_min=41, headcount_max=41
    )
    page = {
        "enterprise": enterprise.get_absolute_url(),
        "department": enterprise.department.get_absolute_url(),
    }.get(page, page)
    if page == "lever":
        lever = enterprise.levers.model.objects.first()
        enterprise.levers.add(lever)
        page = lever.get_absolute_url()

    response = client.get(page)

    assertContains(response, "ground--plum" if page.startswith("/entreprises/e") else "plate--plum")
    assertContains(response, 'aria-label="41 personnes salariées')


def test_with_a_photo_the_dots_shrink_beside_their_words(client, db):
    photo = make_photo(enterprise=make_enterprise(headcount_min=41, headcount_max=41))

    response = client.get(photo.enterprise.get_absolute_url())

    assertNotContains(response, '<svg class="plate ')
    assertContains(response, '<svg class="disc ', 1)
    assertContains(response, "41 personnes salariées")


def test_an_unpublished_photo_is_on_no_page(client, db):
    photo = make_photo(is_published=False, description=DESCRIPTION)

    for path in ["/entreprises/", "/", photo.enterprise.get_absolute_url()]:
        response = client.get(path)
        assertNotContains(response, photo.digest)
        assertNotContains(response, DESCRIPTION)
    assertContains(client.get("/entreprises/"), '<svg class="plate ')


# Through the admin


def send(client, enterprise, content=None, name="photo.jpg", **fields):
    """Open the page of the enterprise, fill the form of its photo, save."""
    url = change_page(enterprise)
    values = {f"photo-0-{field}": value for field, value in fields.items()}
    if content is not None:
        values["photo-0-upload"] = SimpleUploadedFile(name, content, "image/jpeg")
    return client.post(url, filled_form(client.get(url), **values))


def test_an_editor_adds_a_photo_and_visitors_see_it(editor_client, client):
    enterprise = make_enterprise()

    response = send(
        editor_client,
        enterprise,
        hostile.with_metadata("JPEG"),
        description="Trois artisanes devant l'établi",
        credit="Jeanne Roy",
        licence="cc-by",
        focus="top left",
    )

    assert response.status_code == 302
    photo = Photo.objects.get()
    assert (photo.enterprise, photo.width, photo.height) == (enterprise, 640, 400)
    page = client.get(enterprise.get_absolute_url())
    assertContains(page, 'alt="Trois artisanes devant l’établi"')
    assertContains(page, "Photo\u202f: Jeanne Roy, CC BY 4.0")
    assertContains(page, '<figure class="photo top left">')
    assert len(served(photo)) == 7
    assertContains(editor_client.get(change_page(enterprise)), f'<img src="{photo.src}"')


def test_an_enterprise_is_added_with_its_photo(editor_client):
    url = reverse("admin:enterprises_enterprise_add")
    other = make_enterprise()
    values = {
        "name": "L’Atelier",
        "slug": "l-atelier",
        "department": other.department_id,
        "sector": other.sector_id,
        "summary": "Un atelier partagé.",
        "photo-0-description": DESCRIPTION,
        "photo-0-upload": SimpleUploadedFile("a.png", hostile.save(hostile.draw(), "PNG")),
    }

    response = editor_client.post(url, filled_form(editor_client.get(url), **values))

    assert response.status_code == 302
    assert Photo.objects.get().enterprise.name == "L’Atelier"


def test_the_form_explains_which_files_are_accepted(editor_client):
    response = editor_client.get(change_page(make_enterprise()))

    assertContains(response, "JPEG, PNG, WebP ou AVIF, de 320 pixels de côté au moins")
    assertContains(response, "20\u202fMo et 50 millions de pixels au plus")
    assertContains(response, 'accept=".jpg,.jpeg,.jpe,.jfif,.png,.webp,.avif"')
    assertContains(response, 'enctype="multipart/form-data"')
    assertContains(response, "Aucune photo.")


@pytest.mark.parametrize(
    "case",
    [
        "nothing",
        "SVG named JPEG",
        "HTML named PNG",
        "JPEG then PDF",
        "PNG bomb",
        "25 MB of noise",
        "animated WebP",
        "HEIC",
    ],
)
def test_a_refused_file_is_reported_and_the_typed_text_is_kept(editor_client, case):
    name, content, reason = hostile.REFUSED[case]
    reason = "Le fichier soumis est vide." if case == "nothing" else reason
    enterprise = make_enterprise()

    response = send(
        editor_client, enterprise, content, name, description=DESCRIPTION, credit="Jeanne Roy"
    )

    assert response.status_code == 200
    assertContains(response, reason)
    assertContains(response, f'value="{DESCRIPTION}"')
    assertContains(response, 'value="Jeanne Roy"')
    assertContains(response, "choisissez la photo de nouveau")
    assert not Photo.objects.exists()
    assert not shown_folder().exists()


def test_another_error_of_the_page_warns_that_the_file_must_be_chosen_again(editor_client):
    enterprise = make_enterprise()
    url = change_page(enterprise)
    values = {"photo-0-upload": SimpleUploadedFile("a.jpg", hostile.save(hostile.draw()))}
    values |= {"photo-0-description": DESCRIPTION, "name": ""}

    response = editor_client.post(url, filled_form(editor_client.get(url), **values))

    assertContains(response, "votre navigateur oublie le fichier\u202f: choisissez la photo")
    assert not Photo.objects.exists()


def test_an_error_without_a_file_has_no_such_warning(editor_client):
    enterprise = make_enterprise()
    url = change_page(enterprise)

    response = editor_client.post(url, filled_form(editor_client.get(url), name=""))

    assert response.status_code == 200
    assertNotContains(response, "votre navigateur oublie")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../../etc/passwd.jpg", True),
        ("..\\..\\photo.jpg", True),
        ("photo.php\0.jpg", True),
        ("é" * 300 + ".jpg", True),
        ("photo\u202egpj.jpg", True),
        ("photo.php.jpg", True),
        ("photo.jpg.php", False),
        ("photo.jpg\0.php", False),
    ],
)
def test_the_name_of_an_upload_is_never_a_path(editor_client, folder, name, stored):
    send(
        editor_client,
        make_enterprise(),
        hostile.save(hostile.draw()),
        name,
        description=DESCRIPTION,
    )

    assert Photo.objects.exists() == stored
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert len(files) == (7 if stored else 0)
    for file in files:
        assert re.fullmatch(r"(media|private)/photos/[0-9a-f]{32}(-\d+)?\.(avif|webp|jpg)", file)


def test_a_photo_is_not_published_without_a_description(editor_client):
    enterprise = make_enterprise()
    content = hostile.save(hostile.draw())

    refused = send(editor_client, enterprise, content, description="")
    unpublished = send(editor_client, enterprise, content, description="", is_published="")

    assertContains(refused, "elle ne paraît pas sans description.")
    assert unpublished.status_code == 302
    assert not Photo.objects.get().is_published


NAMES = [
    "IMG_1234.jpg",
    "IMG_1234",
    "IMG 1234",
    "DSC 0042",
    "DSCN0042",
    "P1010023",
    "PXL_20240503_101112",
    "WhatsApp Image 2024-05-03 at 10.11.12",
    "Capture d’écran 2024-05-03",
    "Photo 12 (copie)",
    "20240503 101112",
    "la façade nord.JPEG",
    "facade-nord",
    "Sans titre",
    "…",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_refused_as_a_description(editor_client, name):
    response = send(
        editor_client, make_enterprise(), hostile.save(hostile.draw()), description=name
    )

    assertContains(response, "Un nom de fichier ne dit rien à qui ne voit pas la photo")
    assert not Photo.objects.exists()


def test_the_name_of_the_upload_is_refused_as_a_description(editor_client):
    content, name = hostile.save(hostile.draw()), "facade-nord_ete.jpg"

    response = send(editor_client, make_enterprise(), content, name, description="Façade nord été")

    assertContains(response, "Un nom de fichier ne dit rien à qui ne voit pas la photo")
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    "description",
    [DESCRIPTION, "La façade", "Image d’un chantier", "Photo de 1936 : la coopérative", "Logo ISA"],
)
def test_a_sentence_is_accepted_as_a_description(description):
    refuse_file_name(description)


@pytest.mark.parametrize("field", ["description", "credit"])
def test_a_text_that_is_too_long_is_reported_and_kept(editor_client, field):
    content, text = hostile.save(hostile.draw()), "très " * 50 + "long"

    response = send(
        editor_client, make_enterprise(), content, **{"description": DESCRIPTION, field: text}
    )

    assertContains(response, "Assurez-vous que cette valeur comporte au plus")
    assertContains(response, text)
    assert not Photo.objects.exists()


def test_an_unpublished_photo_needs_no_description(editor_client):
    content = hostile.save(hostile.draw())

    response = send(editor_client, make_enterprise(), content, "___.jpg", is_published="")

    assert response.status_code == 302


def test_an_empty_form_adds_no_photo(editor_client):
    enterprise = make_enterprise()

    response = send(editor_client, enterprise)

    assert response.status_code == 302
    assert not Photo.objects.exists()


def test_a_description_without_a_file_is_reported(editor_client):
    response = send(editor_client, make_enterprise(), description=DESCRIPTION)

    assertContains(response, "Ce champ est obligatoire.")
    assertNotContains(response, "votre navigateur oublie")


def test_a_photo_is_replaced(editor_client):
    before = stored_photo()
    content = hostile.save(hostile.draw(800, 600), "PNG")

    response = send(editor_client, before.enterprise, content, "autre.png")

    assert response.status_code == 302
    after = Photo.objects.get()
    assert (after.width, after.height) == (800, 600)
    assert after.digest != before.digest
    assert after.description == before.description


def test_the_description_changes_without_a_new_file(editor_client):
    before = stored_photo()
    (originals_folder() / before.original).unlink()  # nothing may be encoded again

    response = send(editor_client, before.enterprise, description="Une autre phrase")

    assert response.status_code == 302
    after = Photo.objects.get()
    assert after.description == "Une autre phrase"
    assert (after.digest, after.original) == (before.digest, before.original)


def test_a_second_photo_that_a_colleague_has_just_added_is_refused(editor_client):
    enterprise = make_enterprise()
    url = change_page(enterprise)
    values = filled_form(editor_client.get(url)) | {
        "photo-0-description": DESCRIPTION,
        "photo-0-upload": SimpleUploadedFile("a.jpg", hostile.save(hostile.draw())),
    }
    theirs = stored_photo(enterprise=enterprise)

    response = editor_client.post(url, values)

    assertContains(response, "Cette entreprise a déjà une photo")
    assert Photo.objects.get() == theirs


def test_an_account_without_rights_cannot_change_a_photo(client, db):
    account = User.objects.create_user("stagiaire", is_staff=True)
    client.force_login(account)

    assert client.get(change_page(make_enterprise())).status_code == 403


# Orphans


def prune(*arguments):
    output = StringIO()
    call_command("prune_photos", *arguments, stdout=output)
    return output.getvalue()


def grow_old():
    """Make every file two hours old."""
    moment = time.time() - 7200
    for folder in [shown_folder(), originals_folder()]:
        for path in folder.iterdir():
            os.utime(path, (moment, moment))


def test_the_files_of_a_photo_are_kept(db):
    photo = stored_photo()
    grow_old()

    assert prune("--apply") == "Fichiers supprimés\u202f: 0\n"
    assert len(served(photo)) == 7


def test_the_files_of_a_deleted_photo_are_listed_then_removed(db):
    kept = stored_photo()
    gone = stored_photo(hostile.save(hostile.draw(800, 600)))
    gone.enterprise.delete()
    grow_old()

    listed = prune()
    files = len(shown_files())
    removed = prune("--apply")

    assert listed.count(gone.digest) == 6
    assert kept.digest not in listed
    assert "Fichiers à supprimer\u202f: 6." in listed
    assert files == 12
    assert removed == "Fichiers supprimés\u202f: 6\n"
    assert len(served(kept)) == 7
    assert (originals_folder() / kept.original).exists()


def test_the_original_of_a_binned_photo_is_kept_until_the_bin_is_emptied(db):
    photo = stored_photo()
    with operation(Operation.Kind.DELETE) as deletion:
        photo.enterprise.delete()
    grow_old()
    prune("--apply")

    undo(deletion.row, make_staff(), lambda action, model, row: True)
    assert len(served(Photo.objects.get())) == 7

    with operation(Operation.Kind.DELETE) as deletion:
        Photo.objects.get().enterprise.delete()
    delete_for_ever(deletion.row)
    grow_old()
    assert prune("--apply") == "Fichiers supprimés\u202f: 7\n"


def test_a_file_of_less_than_an_hour_is_kept(db):
    stored_photo().delete()

    assert prune("--apply") == "Fichiers supprimés\u202f: 0\n"


def test_a_site_without_photos_has_nothing_to_prune(db):
    assert prune("--apply") == "Fichiers supprimés\u202f: 0\n"


def test_an_unpublished_photo_is_removed_and_made_again_when_published(editor_client):
    photo = stored_photo()
    shown = shown_files()
    send(editor_client, photo.enterprise, is_published="")
    grow_old()

    prune("--apply")
    withdrawn = shown_files()
    response = send(editor_client, photo.enterprise, is_published="on")

    assert withdrawn == []
    assert (originals_folder() / photo.original).exists()
    assert response.status_code == 302
    assert shown_files() == shown


def test_an_unpublished_photo_without_its_original_must_be_sent_again(editor_client):
    photo = stored_photo(is_published=False)
    (originals_folder() / photo.original).unlink()

    response = send(editor_client, photo.enterprise, is_published="on")

    assertContains(response, "Le fichier de cette photo n’est plus là")
    photo.refresh_from_db()
    assert not photo.is_published
