"""Distinguish the description of a photo from the name of its file."""

import re

from django.core.exceptions import ValidationError

_EXTENSION = re.compile(r"\.(jpe?g|png|webp|avif|hei[cf]|gif|tiff?|bmp|svg|pdf)\W*\Z", re.I)
_WORD = re.compile(r"[^\W\d_]+")
# Words in the names that cameras, telephones and programs give to files.
_NAMES_OF_FILES = re.compile(
    r"img|images?|dsc[nf]?|dcim|pxl|mvimg|p|pict?|pictures?|photos?|scan|whatsapp|wa|screenshot"
    r"|capture|écran|sans|titre|untitled|copie|copy|edit|edited|d|de|of|at|à",
    re.I,
)

FILE_NAME = (
    "Un nom de fichier ne dit rien à qui ne voit pas la photo : décrivez en quelques mots ce "
    "qu’elle montre."
)


def refuse_file_name(description):
    """Refuse names of files, which describe nothing: « IMG_1234.jpg », « façade-nord »."""
    if (
        len(description.split()) < 2
        or _EXTENSION.search(description)
        or all(map(_NAMES_OF_FILES.fullmatch, _WORD.findall(description)))
    ):
        raise ValidationError(FILE_NAME, code="file_name")
