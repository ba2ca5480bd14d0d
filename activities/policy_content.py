"""What a version of the policies consists of: files by path, listed with their SHA-256."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from activities.letter_documents import SHIPPED_DOCUMENTS
from dunning.may import NotAllowed

POLICIES, LETTERS, DOCUMENTS = "policies", "letters", "documents"
# Words and numbers are small; more is a mistake, such as a folder of something else.
MOST_FILES, MOST_BYTES = 5_000, 2**20

Files = Mapping[str, bytes]


def read_files(policies: Path, letters: Path) -> Files:
    """The files of a version: policies, letters, and the documents beside the letters.

    Raises NotAllowed when a folder has too much in it to be one of policies.
    """
    beside = letters.parent / DOCUMENTS
    documents = beside if beside.is_dir() else SHIPPED_DOCUMENTS
    found = {f"{POLICIES}/{path.name}": path for path in sorted(policies.glob("*.toml"))}
    for name, folder in ((LETTERS, letters), (DOCUMENTS, documents)):
        found |= {f"{name}/{path.relative_to(folder).as_posix()}": path for path in _in(folder)}
    if len(found) > MOST_FILES:
        raise NotAllowed(f"{letters} has {len(found)} files; a version has {MOST_FILES} at most.")
    return {name: _read(path) for name, path in found.items()}


def source_folders(folder: Path, policies: Path, letters: Path) -> tuple[Path, Path]:
    """Where policies and letters lie in a folder people name; raises NotAllowed.

    An exported version has both. A folder of policies alone goes with the usual `letters`, one
    of letters alone with the usual `policies`.
    """
    if not folder.is_dir():
        raise NotAllowed(f"There is no folder {folder}.")
    has_policies, has_letters = (folder / POLICIES).is_dir(), (folder / LETTERS).is_dir()
    if has_policies or has_letters:
        mine = folder / POLICIES if has_policies else policies
        return mine, folder / LETTERS if has_letters else letters
    if any(folder.glob("*.toml")):
        return folder, letters
    raise NotAllowed(f"{folder} holds neither {POLICIES} nor {LETTERS}.")


def manifest_of(files: Files) -> bytes:
    """One line a file, its SHA-256 and its path; the version's content is this list's hash."""
    lines = (f"{digest_of(content)}  {path}\n" for path, content in sorted(files.items()))
    return "".join(lines).encode()


def read_manifest(manifest: bytes) -> Mapping[str, str]:
    """The SHA-256 of each path; raises ValueError on a list that is not one of ours."""
    found: dict[str, str] = {}
    for line in manifest.decode().splitlines():
        digest, _, path = line.partition("  ")
        parts = PurePosixPath(path).parts
        if parts[:1] not in {(POLICIES,), (LETTERS,), (DOCUMENTS,)} or ".." in parts:
            raise ValueError(f"{path!r} is no path of a version")
        found[path] = digest
    return found


def digest_of(content: bytes) -> str:
    """The SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def lay_out(files: Files, folder: Path) -> Path:
    """The folder with exactly these files, whatever somebody may have changed in it."""
    if not folder.exists():
        _make(files, folder)
    for path in _in(folder):
        content = files.get(path.relative_to(folder).as_posix())
        if content is None:
            path.unlink()
        elif path.read_bytes() != content:
            path.write_bytes(content)
    for name, content in files.items():
        if not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder


def _make(files: Files, folder: Path) -> None:
    """Write them all beside, then give them their name: nobody ever finds half of them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder.parent))
    for name, content in files.items():
        (beside / name).parent.mkdir(parents=True, exist_ok=True)
        (beside / name).write_bytes(content)
    try:
        beside.rename(folder)
    except OSError:
        # Another process was faster.
        shutil.rmtree(beside)


def _in(folder: Path) -> Iterator[Path]:
    """Every file in the folder and below it, but those that editors and systems hide."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__")) for part in inside):
            yield path


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NotAllowed(f"{path.name} has {size:,} bytes; a policy or letter has {MOST_BYTES:,}.")
    return path.read_bytes()
