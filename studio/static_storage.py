"""Static files as a server sends them: joined, shortened, compressed, under names that change with what is in them."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from .bundles import Bundle, bundles


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Makes the bundles while the files are collected, before they get their names."""

    has_bundles = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for bundle in bundles():
                self._write(bundle, paths)
        yield from super().post_process(paths, dry_run, **options)

    def _write(self, bundle: Bundle, paths: dict[str, Any]) -> None:
        texts = []
        for part in bundle.parts:
            storage, path = paths[part]
            with storage.open(path) as file:
                texts.append(file.read().decode())
        self.delete(bundle.path)
        self._save(bundle.path, ContentFile(bundle.join(texts).encode()))
        paths[bundle.path] = (self, bundle.path)
