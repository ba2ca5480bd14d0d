"""Takes the pictures of `docs/desk.md`: every page of the desk, over a rehearsed sample ledger.

`make pictures` rehearses a ledger anew; `FROM=var/demo` takes them of one that was rehearsed.
"""

from __future__ import annotations

import asyncio
import base64
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

from playwright.async_api import Page, async_playwright

from commands.people.demo_team import add_demo_team
from commands.people.sign_in import SignIns
from console.app import create_app
from console.desk import Parts
from console.serving import serve_console
from console.visit import SESSION
from settings import Settings
from tests.console.morning_work import morning_work
from tests.servers.browser import find_browser
from worker import Wiring, utc_now, wire

FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "desk"
_PERSON = "otto.brandt"
_WINDOW = {"width": 1280, "height": 900}
# Each page: an address, then links to follow from there, each by what its address looks like.
PAGES: dict[str, tuple[str, ...]] = {
    "queue": ("/queue",),
    "inbox": ("/inbox",),
    "message": ("/inbox", r"/inbox/R\w+$"),
    "approvals": ("/approvals?whose=all",),
    "tasks": ("/tasks",),
    "task": ("/tasks", r"/tasks/(?!file)[^?]+$"),
    "outgoing": ("/outgoing?day=tomorrow",),
    "outgoing-message": ("/outgoing?day=tomorrow", r"/outgoing/message\?"),
    "send-now": ("/outgoing?day=tomorrow", r"/outgoing/message\?", r"/outgoing/words\?.*now"),
    "sent": ("/messages",),
    "letter-sent": ("/messages", r"/messages/[0-9a-f]+$"),
    "cases": ("/",),
    "customer": ("/?stage=reminding", r"/customers/"),
    "invoice": ("/?stage=reminding", r"/invoices/"),
    "invoice-pause": ("/?stage=reminding", r"/invoices/", r"do=pause"),
    "contacts": ("/?stage=reminding", r"/customers/", r"/contacts/"),
    "promises": ("/promises?state=open",),
    "plans": ("/plans?state=all",),
    "disputes": ("/disputes",),
    "dispute": ("/disputes", r"/disputes/(?!file)[^?]+$"),
    "holds": ("/holds",),
    "cash": ("/cash",),
    "payment": ("/cash", r"/cash/payment\?"),
    "adjustments": ("/adjustments",),
    "imports": ("/imports",),
    "aging": ("/reports",),
    "figures": ("/reports/figures",),
    "statement": ("/?stage=reminding", r"/customers/", r"/statements\?"),
    "month-end": ("/month-end",),
    "audit": ("/audit",),
    "audit-run": ("/audit", r"/audit/runs/"),
    "findings": ("/audit/findings",),
    "finding": ("/audit/findings", r"/audit/findings/(?!file)\w+$"),
    "why": ("/?stage=reminding", r"/invoices/", r"/why\?"),
    "experiments": ("/experiments",),
    "policies": ("/policies",),
    "policy": ("/policies", r"/policies/versions/\d+$"),
    "laws": ("/policies/laws",),
    "letters": ("/letters",),
    "letter": ("/letters", r"/letters/reminder/de\?"),
    "people": ("/people",),
    "settings": ("/settings",),
    "erasures": ("/erasures",),
    "erasure": ("/erasures", r"/erasures/(?!do)[^?]+$"),
}
# A picture of 256 colours, found by the browser that drew it: a byte for each of its dots.
_REDUCED = """async (url) => {
  const image = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const dots = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer);
  const often = new Map();
  for (const dot of dots) often.set(dot, (often.get(dot) ?? 0) + 1);
  const kept = [...often].sort((a, b) => b[1] - a[1]).slice(0, 256).map((one) => one[0]);
  const parts = (dot) => [dot & 255, (dot >> 8) & 255, (dot >> 16) & 255];
  const known = kept.map(parts);
  const nearest = new Map(kept.map((dot, at) => [dot, at]));
  for (const dot of often.keys()) {
    if (nearest.has(dot)) continue;
    const [r, g, b] = parts(dot);
    let best = 0, least = Infinity;
    known.forEach(([x, y, z], at) => {
      const far = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
      if (far < least) [best, least] = [at, far];
    });
    nearest.set(dot, best);
  }
  let bytes = "";
  for (const dot of dots) bytes += String.fromCharCode(nearest.get(dot));
  return [image.width, image.height, known.flat(), btoa(bytes)];
}"""


def main() -> None:
    """Take them all; with an argument, of the books of that home."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:]:
        asyncio.run(_taken(Path(sys.argv[1])))
        return
    with tempfile.TemporaryDirectory() as home:
        rehearse = [str(Path(sys.executable).with_name("duncan")), "demo", "--no-serve"]
        subprocess.run(rehearse, check=True, cwd=home)
        asyncio.run(_taken(Path(home) / "var" / "demo"))


async def _taken(home: Path) -> None:
    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.
    wiring = wire(settings)
    add_demo_team(wiring.ledger, utc_now())
    token = SignIns(wiring.ledger, utc_now()).trusted(_PERSON, "password")
    await morning_work(
        wiring, create_app(_parts(settings, wiring), utc_now), settings.home, _PERSON
    )
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(_serve(settings, wiring, ready))
    address = await ready
    async with async_playwright() as playwright:
        where = {"executable_path": find_browser(), "args": ["--no-sandbox"]}
        browser = await playwright.chromium.launch(**where)  # type: ignore[arg-type]
        context = await browser.new_context(viewport=_WINDOW, reduced_motion="reduce")  # type: ignore[arg-type]
        await context.add_cookies([{"name": SESSION, "value": token, "url": address}])
        page, painter = await context.new_page(), await browser.new_page()
        for name, way in PAGES.items():
            if await _reached(page, address, way):
                (FOLDER / f"{name}.png").write_bytes(await _small(painter, page))
            else:
                sys.stdout.write(f"{name}: nothing of the kind is in these books\n")
        await browser.close()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


def _parts(settings: Settings, wiring: Wiring) -> Parts:
    """The books, under the names that a checkout has."""
    origin = "history from a rehearsal"
    known = {"home": Path("var/demo"), "policies": Path("policies"), "letters": Path("letters")}
    shown = settings.model_copy(update=known)
    home = settings.outbox_folder
    return Parts(wiring.ledger, wiring.planner, home, "var/demo", origin, settings=shown)


async def _serve(settings: Settings, wiring: Wiring, ready: asyncio.Future[str]) -> None:
    app = create_app(_parts(settings, wiring), utc_now)
    await serve_console(app, port=0, ready=ready.set_result)


async def _reached(page: Page, address: str, way: tuple[str, ...]) -> bool:
    """Whether each link of the way was there to follow."""
    await page.goto(address + way[0])
    for wanted in way[1:]:
        links = await page.locator("main a[href]").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        found = next((link for link in links if re.search(wanted, link.partition("#")[0])), None)
        if found is None:
            return False
        await page.goto(urljoin(page.url, found))
    await page.wait_for_load_state("load")
    return True


async def _small(painter: Page, page: Page) -> bytes:
    """What a page looks like, as a PNG of 256 colours."""
    shot = base64.b64encode(await page.screenshot()).decode()
    width, height, colours, dots = await painter.evaluate(_REDUCED, f"data:image/png;base64,{shot}")
    rows = base64.b64decode(dots)
    lines = b"".join(
        b"\0" + rows[start : start + width] for start in range(0, width * height, width)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", head), (b"PLTE", bytes(colours)), (b"IDAT", zlib.compress(lines, 9))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


if __name__ == "__main__":
    main()
