"""A message cut into the signs that the grammar of dates reads.

One letter a token, so that a rule is a regular expression over the signs:
``#`` number, ``&`` number of hours, ``1`` the article one, ``o`` ordinal, ``d`` numeric date,
``~`` perhaps one, ``m`` month, ``w`` weekday, ``s`` its doubtful abbreviation, ``y`` year; ``N``
next, ``C`` coming, ``T`` this, ``L`` last, ``S`` since, ``E`` end, ``B`` beginning, ``M`` middle;
``W`` week, ``v`` weeks, ``O`` month, ``n`` months, ``D`` day, ``j`` days, ``K`` business, ``k``
business days, ``Q`` quarter, ``Y`` year, ``F`` fortnight, ``h`` hours, ``X`` weekend, ``l``
calendar week; ``H`` today, ``A`` tomorrow, ``Z`` the day after, ``U`` yesterday, ``P`` part of a
day, ``J`` close of business; ``I`` in, ``u`` by, ``p`` on, ``t`` the, ``f`` of, ``+`` more, ``g``
ago, ``G`` ago before its number, ``q`` from now, ``R`` or, ``r`` and, ``b`` between, ``a`` after,
``e`` end of a named period, ``V`` vague, ``z`` payment terms, ``i`` a word that numbers things,
``c`` an amount or share, ``x`` anything else; ``. , - / (`` punctuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from replies.date_words import Lexicon, lexicon

_DAY_AND_MONTH_END = r"(?!\d|[.,/-]\d|\s?%)"
_MONTH_OR_WEEK = (
    "(?:jan|feb|fev|mar|maa|mrt|mae|apr|avr|abr|may|mai|mei|jun|jul|jui|aug|aou|ago|sep|set"
    "|oct|okt|"
    "nov|dec|dez|dic|ene|kw|cw|wk|week|woche|sem)"
)
# Tried from the top at each place. All repetition is bounded, so that reading stays linear.
_FORMS = (
    ("x", r"(?:https?://|www\.)\S{1,500}|[\w.+-]{1,64}@[\w.-]{1,255}"),
    ("word", r"\b(?:2day|2moro|2mrw|2morrow|2nite|2main|b4|tom0rrow)\b"),
    ("quarter", r"\bq[1-4]\b"),
    ("ymd", r"(?<![\w-])\d{4}(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2}(?![\d-])"),
    ("dmy", r"(?<![\w/-])\d{1,2}(?P<b>[/-]| ?\. ?| / )\d{1,2}(?P=b)(?:20\d\d|\d\d)(?![\d/-])"),
    ("hours", r"(?:24|36|48|72|96)\s?(?:h|hrs|hours|std|stunden|heures|horas|uur|u)\b"),
    ("x", r"\d{1,2}[:.]\d\d\s?(?:uhr\b|uur\b|h\b|[ap]\.?m\b\.?)|\d{1,2}:\d\d(?::\d\d)?"),
    ("x", r"\d{1,2}\s?(?:uhr\b|uur\b|[ap]\.?m\b\.?|h\d\d\b|h\b|o'clock)"),
    ("dm", r"(?<![\w/-])\d{1,2}\. ?\d{1,2}\.(?!\d)"),
    ("c", r"(?:[€$£]|\b(?:eur|usd|gbp|chf)\b)\s?\d[\d.,']{0,20}(?:\s?k\b)?"),
    (
        "c",
        (
            r"\d[\d.,']{0,20}\s?(?:[€$£%]|(?:eur|euros?|usd|gbp|chf|k|tsd|dollars?|pounds?|percent"
            r"|prozent|por ciento|procent)\b)"
        ),
    ),
    ("c", r"\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{1,2})?(?!\d)"),
    (
        "x",
        (
            r"\+\d[\d ()./-]{6,20}\d|\b0\d{2,5}[ /-]{1,3}\d{3,}(?:[ /-]?\d{1,9}){0,4}"
            r"|\d{3,5}[ .-]\d{3,4}[ .-]\d{3,4}|\d(?:[ -]?\d){8,20}"
        ),
    ),
    ("dm", r"(?<![\w/-])\d{1,2} ?/ ?\d{1,2}" + _DAY_AND_MONTH_END),
    ("~", r"(?<![\w/-])\d{1,2}\.\d{1,2}" + _DAY_AND_MONTH_END),
    ("c", r"\d{1,9}[.,]\d{1,2}(?!\d)"),
    (
        "o",
        (
            r"\d{1,2}\s?(?:st|nd|rd|th|er|ere|eme|ieme|ste|ten|te|ter|ro|[º°ª])(?![a-z])"
            r"|\d{1,2}(?:e|de|o)(?![a-z])|\d{1,2}\.(?!\d)"
        ),
    ),
    (
        "#",
        (
            rf"(?<![\w/_])\d{{1,7}}(?![\w/]|-\d{{3}})|\d{{1,2}}(?={_MONTH_OR_WEEK}[a-z]{{0,7}}\b)"
            r"|(?<=[a-z])\d{1,2}(?!\w)"
        ),
    ),
    (
        "x",
        rf"(?!{_MONTH_OR_WEEK}[a-z]{{0,7}}[.-]?(?:20)?\d{{1,2}}(?![\w-]))[a-z]{{1,12}}[-_/#.]?\d[\w/-]{{0,40}}",
    ),
    ("x", r"\d[\w/-]{0,40}"),
    ("word", r"[a-z]+"),
    (".", r"[.!?;:…]|\n[ \t]{0,9}\n"),
    (",", r","),
    ("-", r"[-–—]"),
    ("/", r"/"),
    ("(", r"[()]"),
)
_SCANNER = re.compile("|".join(f"(?P<g{n}>{form})" for n, (_, form) in enumerate(_FORMS)))
_DATES = {"ymd": "d", "dmy": "d", "dm": "d", "~": "~"}
_COUNTS = {"hours": "&", "quarter": "Q"}
_GAP = re.compile(r"[ \n'/-]{1,3}|\.(?=[a-z])")
_DIGITS = re.compile(r"\d+")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MOST_NUMBER = 999
_NUMBERED = "#,rR/-"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign of a folded text, with what it means to the grammar."""

    start: int
    end: int
    sign: str
    value: int | str | tuple[int, ...] = 0


@dataclass(frozen=True, slots=True)
class _Cut:
    form: str
    start: int
    end: int


def tokens_of(text: str, language: str) -> list[Token]:
    """The tokens of a folded text in one language's reading."""
    cuts = [
        _Cut(_FORMS[int((cut.lastgroup or "g0")[1:])][0], cut.start(), cut.end())
        for cut in _SCANNER.finditer(text)
    ]
    known = lexicon(language)
    found: list[Token] = []
    place = 0
    while place < len(cuts):
        token, count = _token(text, cuts, place, known, language)
        found.append(token)
        place += count
    return _numbers_of_things_unread(_after_abbreviations(text, found))


def _token(
    text: str, cuts: list[_Cut], place: int, known: Lexicon, language: str
) -> tuple[Token, int]:
    cut = cuts[place]
    if cut.form == "word":
        return _word(text, cuts, place, known)
    numbers = tuple(int(digits) for digits in _DIGITS.findall(text[cut.start : cut.end])[:3])
    if cut.form == "o":
        return _ordinal(text, cut, numbers[0], language), 1
    if cut.form == "#":
        return Token(cut.start, cut.end, _number_sign(numbers[0]), numbers[0]), 1
    if sign := _DATES.get(cut.form):
        return Token(cut.start, cut.end, sign, numbers), 1
    if sign := _COUNTS.get(cut.form):
        return Token(cut.start, cut.end, sign, numbers[0]), 1
    return Token(cut.start, cut.end, cut.form), 1


def _ordinal(text: str, cut: _Cut, number: int, language: str) -> Token:
    # A number with a point is an ordinal in German; elsewhere it ends a sentence.
    pointed = text[cut.end - 1] == "."
    sign = "#" if pointed and language != "de" else "o"
    return Token(cut.start, cut.end - (pointed and language != "de"), sign, number)


def _number_sign(number: int) -> str:
    if _FIRST_YEAR <= number < _LAST_YEAR:
        return "y"
    return "#" if 0 < number <= _MOST_NUMBER else "x"


def _word(text: str, cuts: list[_Cut], place: int, known: Lexicon) -> tuple[Token, int]:
    words, ends = _run(text, cuts, place, known)
    match = known.longest(words)
    start = cuts[place].start
    if match is None:
        return Token(start, cuts[place].end, "x"), 1
    count, (sign, value) = match
    last = ends[count - 1]
    return Token(start, cuts[last].end, sign, value), last - place + 1


def _run(text: str, cuts: list[_Cut], place: int, known: Lexicon) -> tuple[list[str], list[int]]:
    """The words from here on that can be one phrase, and where each is among the cuts."""
    words, ends = [text[cuts[place].start : cuts[place].end]], [place]
    if words[0] not in known.starts:
        return words, ends
    for later in range(place + 1, min(place + 10, len(cuts))):
        if cuts[later].form != "word":
            continue
        if not _GAP.fullmatch(text, cuts[ends[-1]].end, cuts[later].start):
            break
        words.append(text[cuts[later].start : cuts[later].end])
        ends.append(later)
    return words, ends


def _after_abbreviations(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens without the points of abbreviated months and weekdays: ``Dec. 15``."""
    return [
        token
        for before, token in zip([None, *tokens], tokens, strict=False)
        if not (
            token.sign == "."
            and text[token.start] == "."
            and before is not None
            and (before.sign in "mswCN" or before.end - before.start == 1)
            and before.end == token.start
            and before.end - before.start < len("janvier")
        )
    ]


def _numbers_of_things_unread(tokens: list[Token]) -> list[Token]:
    """Invoice 12, reminders 2 and 3: such numbers count nothing and name no day."""
    found: list[Token] = []
    is_numbered = False
    for place, token in enumerate(tokens):
        following = "".join(t.sign for t in tokens[place + 1 : place + 3])
        is_day = following.startswith("m") or following in {"fm", "tm"}
        if token.sign == "i":
            is_numbered = True
        elif token.sign not in _NUMBERED or is_day:
            is_numbered = False
        is_hidden = is_numbered and token.sign == "#"
        found.append(replace(token, sign="x") if is_hidden else token)
    return found
