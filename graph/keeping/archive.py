"""The whole state of an installation as one archive, and back.

An archive is a packed tar file. Its last member, ``manifest.json``, names each
other member with its SHA-256, and the version of the dataset; what it does not
name is not restored, and an archive without it is not whole.

Of the store the newest snapshot and the patches that lead to it are kept: all
else is made again from these. A backup takes no lock: it works on hard links of
files that never change, so that writes go on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ArchiveError, StoreError
from graph.keeping.presence import LOCK, absent
from graph.store.embedded import EmbeddedStore
from graph.store.snapshots import read_version, to_disk

MANIFEST = "manifest.json"
_FORMAT = 1
_LEVEL = 5
_WORKING = ("backup-", "restoring-", "replaced-")
_PASSING = frozenset({"temporary", "store"})
_TRIES = 5


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: the version of the dataset, and the digest of each file by its path.

    ``number`` is 0 if nothing was ever loaded.
    """

    number: int
    content: str
    files: Mapping[str, str]


def back_up(home: Path, target: Path) -> Manifest:
    """Write the state of an installation to an archive, which takes the place of another.

    Args:
        home: The home of the installation; a service may be running on it.
        target: The archive. Only its owner may read it: it holds digests of tokens.

    Raises:
        StoreError: If there is nothing to back up, or a file cannot be read or written.
    """
    if not home.is_dir():
        raise StoreError("There is nothing to back up: the home is not there yet.")
    _outside(home, target)
    making = target.with_name(target.name + ".making")
    try:
        with _working(home, "backup-") as folder:
            _link_state(home, folder)
            manifest = _write(folder, making)
        to_disk(making)
        making.rename(target)
        to_disk(target.parent)
    except OSError as error:
        raise StoreError(f"The backup cannot be made: {_reason(error)}.") from error
    finally:
        making.unlink(missing_ok=True)
    return manifest


def restore(home: Path, archive: Path) -> Manifest:
    """Put the state that an archive holds in the place of the present one.

    Nothing is changed before the whole archive has been read and every digest
    found right.

    Raises:
        ArchiveError: If the archive is no backup, or not whole.
        StoreBusyError: If somebody is writing, or a service runs on the home.
        StoreError: If the home cannot be written to.
    """
    _outside(home, archive)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _working(home, "restoring-") as folder:
            manifest = _unpack(archive, folder)
            _check(folder, manifest)
            store = EmbeddedStore(home / "store")
            with absent(home), store.held():
                _swap(home, folder)
        EmbeddedStore(home / "store").clock()
    except OSError as error:
        raise StoreError(f"The backup cannot be restored: {_reason(error)}.") from error
    return manifest


@contextmanager
def _working(home: Path, prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _link_state(home: Path, folder: Path) -> None:
    """Fill a folder with the state as it is now."""
    for _ in range(_TRIES):
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        try:
            _link_store(home / "store", folder / "store")
            break
        except (FileNotFoundError, shutil.Error):
            # The writer has put newer files in their place meanwhile.
            continue
    else:
        raise StoreError("Too much is being written; make the backup again.")
    for item in sorted(home.iterdir()):
        if item.name in _PASSING or item.name.startswith(_WORKING) or _is_passing(item):
            continue
        if item.is_dir():
            shutil.copytree(item, folder / item.name)
        elif item.is_file():
            shutil.copy2(item, folder / item.name)


def _is_passing(item: Path) -> bool:
    return item.suffix in {".lock", ".making"} or item.is_symlink()


def _link_store(store: Path, place: Path) -> None:
    snapshot = EmbeddedStore(store).newest()
    if snapshot is None:
        return
    kept = place / "snapshots" / snapshot.name
    shutil.copytree(snapshot, kept, copy_function=os.link)
    (place / "changes").mkdir()
    for patch in sorted((store / "changes").glob("[0-9]*.patch.gz")):
        if int(patch.name.partition(".")[0]) <= int(snapshot.name):
            os.link(patch, place / "changes" / patch.name)


def _write(folder: Path, target: Path) -> Manifest:
    files = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        open(descriptor, "wb") as raw,
        tarfile.open(fileobj=raw, mode="w:gz", compresslevel=_LEVEL) as packed,
    ):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            packed.add(path, name, recursive=False)
            files[name] = _digest(path)
        manifest = Manifest(*_version(folder), files)
        document = {"format": _FORMAT, "number": manifest.number, "content": manifest.content}
        text = json.dumps(document | {"files": files}, indent=1) + "\n"
        (folder / MANIFEST).write_text(text, "utf-8")
        packed.add(folder / MANIFEST, MANIFEST)
    return manifest


def _unpack(archive: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(archive, "r:gz") as packed:
            packed.extractall(folder, filter="data")
        document = json.loads((folder / MANIFEST).read_text("utf-8"))
        (folder / MANIFEST).unlink()
        if document["format"] != _FORMAT:
            raise ArchiveError("The backup was made by another edition of the product.")
        return Manifest(int(document["number"]), document["content"], dict(document["files"]))
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError("The file is no backup, or not a whole one.") from error
    except OSError as error:
        raise ArchiveError(f"The backup cannot be read: {_reason(error)}.") from error


def _check(folder: Path, manifest: Manifest) -> None:
    """Raise ``ArchiveError`` unless a folder holds exactly what a manifest names."""
    found = {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in folder.rglob("*")
        if not path.is_dir()
    }
    wrong = sorted(
        name
        for name in found.keys() | manifest.files
        if found.get(name) != manifest.files.get(name)
    )
    if wrong or _version(folder) != (manifest.number, manifest.content):
        named = f" ({wrong[0]})" if wrong else ""
        raise ArchiveError(f"The backup is damaged{named}; nothing was restored.")


def _version(folder: Path) -> tuple[int, str]:
    snapshot = EmbeddedStore(folder / "store").newest()
    if snapshot is None:
        return 0, ""
    version = read_version(snapshot)
    return version.number, version.content


def _swap(home: Path, folder: Path) -> None:
    """Put what a folder holds in the place of the state of a home, all of it or nothing."""
    old = Path(tempfile.mkdtemp(prefix="replaced-", dir=home))
    names = sorted(item.name for item in home.iterdir() if item.name != LOCK)
    moves = [(home / name, old / name) for name in names if not name.startswith(_WORKING)]
    moves += [(item, home / item.name) for item in sorted(folder.iterdir())]
    done = []
    try:
        for source, place in moves:
            source.rename(place)
            done.append((source, place))
        to_disk(home)
    except OSError:
        for source, place in reversed(done):
            place.rename(source)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _outside(home: Path, file: Path) -> None:
    """Raise ``StoreError`` if an archive is in the home: it would be part of what it holds."""
    if file.resolve().is_relative_to(home.resolve()):
        raise StoreError("The backup must be outside the home of the installation.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: OSError) -> str:
    return (error.strerror or "the file is not as it should be").lower()
