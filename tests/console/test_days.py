"""People read days as their language says them; files and addresses keep the ISO form."""

from __future__ import annotations

import random
import re
from html import unescape

import pytest
from httpx import Response

from console.visit import LANGUAGE
from console.words.languages import words_of
from tests.console.crawling import Walk
from tests.console.team import Team

_UNSAID = re.compile(r"<(style|script|code|pre|textarea|option|title)\b.*?</\1>|<[^>]+>", re.DOTALL)
_ISO_DAY = re.compile(r"[^\n]*(?<![\w:/.-])\d{4}-\d\d-\d\d(?![\w/-]|[:.][\w.])[^\n]*")


@pytest.mark.slow
async def test_no_page_says_an_iso_day(busy: Team) -> None:
    said: dict[str, str] = {}

    async def read(answer: Response) -> None:
        await answer.aread()
        shown = unescape(_UNSAID.sub("\n", answer.text)) if "html" in str(answer.headers) else ""
        said.update({day[0].strip(): answer.url.path for day in _ISO_DAY.finditer(shown)})

    async with busy.at_desk("senior") as desk:
        desk.event_hooks["response"].append(read)
        walk = Walk(desk, random.Random(3), addresses=1)
        await walk.follow("/queue")
        desk.cookies.set(LANGUAGE, "de")
        for place in walk.pages:
            await desk.get(place)

    assert len(walk.pages) > 60
    assert said == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Invoice INV-2 is paused until 2026-05-20: resume it.", "until 20 May 2026: resume it."),
        ("held until 2026-05-20", "held until 20 May 2026"),
        ("2026-05-20 is not a date of the declared form D/M/YYYY.", "2026-05-20 is not a date"),
        ("a span of days such as 2026-12-24..2027-01-02", "as 2026-12-24..2027-01-02"),
        ("task C-1:call:2026-05-20", "C-1:call:2026-05-20"),
        ("the ar_lead did not do it in 3 business days", "the AR lead did not do it"),
        ("the file notice 2026-05-20.pdf", "notice 2026-05-20.pdf"),
        ("no day is 2026-13-45", "2026-13-45"),
    ],
)
def test_days_in_sentences_are_said_and_names_stay(text: str, said: str) -> None:
    assert said in words_of("en")(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "A customer's message: promises to pay on 2026-12-04; asks a question.",
            "Nachricht eines Kunden: sagt Zahlung zu für den 4. Dez. 2026; stellt eine Frage.",
        ),
        ("the invoice is already due (EXPIRED)", "die Rechnung ist schon fällig (EXPIRED)"),
        ("Nothing is to come on 2026-05-20: paid in full.", "Am 20. Mai 2026 kommt nichts:"),
    ],
)
def test_reasons_one_after_the_other_and_their_codes_are_said_in_german(
    text: str, said: str
) -> None:
    assert said in words_of("de")(text)
