"""The static files as they are collected: style sheets without comments and spaces."""

from django.core.files.base import ContentFile
from rcssmin import cssmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hash and compress the static files, after the style sheets are made shorter."""

    def _save(self, name, content):
        if name.endswith(".css"):
            content.seek(0)  # the file was read before, for its hash
            content = ContentFile(cssmin(content.read().decode()).encode())
        return super()._save(name, content)
