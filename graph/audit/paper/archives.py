"""Zip files whose bytes depend on nothing but what is in them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold."""


def settled(archive: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Return a zip file with the same members in the same order, without their times.

    Args:
        archive: The zip file.
        replaced: New contents by the name of a member.
    """
    new = replaced or {}
    out = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(out, "w", ZIP_DEFLATED) as fresh:
        for member in old.infolist():
            still = ZipInfo(member.filename, _FIRST_DAY)
            still.compress_type = ZIP_DEFLATED
            still.external_attr = 0o600 << 16
            fresh.writestr(still, new.get(member.filename, old.read(member.filename)))
    return out.getvalue()
