"""The grammar of dates: which order of signs means what, the first rule that fits wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from replies import date_calendar, date_periods, date_relative
from replies.date_answer import PAST, VAGUE, Answer, Piece

Rule = tuple[str, Callable[[Piece], Answer | None]]

# `_` stands for any articles, prepositions of place and hyphens, `;` for those and commas.
_RULES: tuple[Rule, ...] = (
    # What lies behind us.
    ("[#1]K?{unit}g|G_[#1]K?{unit}|GN?{unit}", lambda _: PAST),
    ("L_[wsWO](?!_f?_[mO])|[wWO]L|S_[wsdmWOHoy]|S_[#o]_m|U", lambda _: PAST),
    # Days of the calendar.
    ("b_[#o]_m?_[rR-]_[#o]_m{year}", date_calendar.last_of_two_days),
    ("[#o](?=_m?=r_[#o]_m)(?!_m)", date_calendar.day_before_its_month),
    ("[#o]_[Ru-]_[#o]_m{year}", date_calendar.last_of_two_days),
    ("m_[#o][R-]_[#o](?![m]|{unit})(?:,?y)?", date_calendar.last_of_two_days),
    ("{weekday}[#o]_m{year}{in_brackets}|[#o]-m-#", date_calendar.day_and_month),
    ("{weekday}m_[#o](?!m|K?{unit})(?:;y)?{in_brackets}", date_calendar.day_and_month),
    ("{weekday}d{in_brackets}", date_calendar.numeric),
    ("(?:[puIRwsH][tf]*)~", date_calendar.numeric),
    ("[#o]_[NC]_O(?!N)|[#o]_O[NC]", date_calendar.day_of_next_month),
    ("o_T?_O|#[tf]+T?O|#TO|#[tf]+OT", date_calendar.day_of_this_month),
    ("[ws][,tfp]*(?:o(?![xi])|#(?![xic&mvjnhkKDWO~]))", date_calendar.weekday_and_day),
    ("[pu]#-#(?![m]|K?{unit})", date_calendar.hyphened),
    # Weekdays of a named week.
    ("[ws];[NC]_W|[ws];W[NC]|[NC]_W;[ws]|W[NC];[ws]", date_periods.weekday_next_week),
    ("[ws];T_W|[ws];WT|T_W;[ws]|WT;[ws]", date_periods.weekday_this_week),
    (
        "1W[pfa]?_w|Wp[tf]?w|w_I_[#1]_?[jWv]|wI#(?!_?K?{unit}|_m)|wW(?![NC#])",
        date_periods.weekday_in_a_week,
    ),
    ("[oL]_w_(?:m{year}|[NCT]?_O(?![NC])|O[NC])", date_periods.weekday_of_month),
    ("o_W_(?:m{year}|[NCT]?_O(?![NC])|O[NC])", date_periods.week_of_month),
    ("o_[wWO]", lambda _: VAGUE),
    # Ends, middles and beginnings.
    ("[EBM]_[NCT]_[WOQY](?!_m)|[EBM]_[WO][NC]|[EBM]_OT|[EBM]_WT", date_periods.part_of_period),
    ("[EBM]_[WOQY]|[EBM]_m{year}", date_periods.part_of_period),
    ("E_(?:D|[AHZ]|w)", date_periods.end_of_day),
    ("L_W_m{year}", date_periods.part_of_period),
    ("e", date_periods.named_end),
    # Weekdays.
    ("N_[ws]{part}|[ws]N(?!_[WO])", date_periods.weekday_next),
    ("C_[ws]{part}|[ws]C", date_periods.weekday_coming),
    ("T_[ws]{part}|w[tf]*T(?![WO])", date_periods.weekday_this),
    ("w{part}", date_periods.weekday_alone),
    ("s[tfpI]{0,2}P", date_periods.weekday_alone),
    ("[puJRe]_s{part}(?![,tfp]*[#od~])", date_periods.weekday_alone),
    # So many days from today.
    ("H(?!_I_[#1]K?{unit}){part}|T_P", date_relative.today),
    ("A{part}", date_relative.tomorrow),
    ("Z{part}", date_relative.day_after_tomorrow),
    (
        r"(?:(?:H_)?I[tfp]*)?\+[tf]*(?:[#1](?:_[rRu-]_[#1])?K?{unit}|[WO])K?|[#1]\+K?{unit}K?",
        date_relative.counted,
    ),
    (
        "(?:H_)?I[tfpNCu]*[#1](?:_[rRu-]_[#1])?[NC]?_?K?{unit}[NC]?K?N?",
        date_relative.counted,
    ),
    ("[#1](?:[rR-]_[#1])?[NC]?K?{unit}K?_?[qH]", date_relative.counted),
    ("^,?[#1](?:[rRu-][#1])?K?{unit}K?[,.]*$", date_relative.counted),
    ("I_1?_F", date_relative.fortnight),
    ("I_N?&", date_relative.hours),
    ("[#1]K?(?:{unit}|F)(?:_[NC])?(?:_z)", date_relative.terms),
    ("N_(?:KD|k)|[1]N_(?:KD|k)", date_relative.next_working_day),
    # Whole periods.
    ("[lW]_?#(?!K?{unit}|[xi])", date_periods.calendar_week),
    ("[NC]_W|W[NC]", date_periods.next_week),
    ("T_W|WT", date_periods.this_week),
    ("[NC]_O|O[NC]|T_O|OT", date_periods.whole_month),
    ("I[tf]+W(?![#NC])|I[tf]+O(?![NC])", date_periods.this_period),
    ("[TNC]_X|XN|[IpuMR]_X", date_periods.weekend),
    ("[IupT][tf]*m(?:;y)?(?![#o])|my(?![#o])", date_periods.named_month),
    # A number alone.
    ("D#(?!_?(?:K?{unit}|[xic&]))", date_calendar.day_alone),
    ("[pu]_o{alone}|[tb]_?o{alone}|(?<![#o1xi])o(?=[.,)rR-]|$|[Iu])", date_calendar.day_alone),
    ("(?:[pu]?t|u[tf])#{alone}(?!_?(?:K?{unit}|[xic&%/#myN-]))", date_calendar.day_alone),
    ("u#(?=[.,)rR]|$)", date_calendar.day_alone),
    ("p#{alone}(?!_?(?:K?{unit}|[xic&%/#myN-]))", date_calendar.day_alone),
    ("J", date_relative.close_of_business),
    ("V|I[tf]*[NC]?[jvn]|[NC]_[jvn]|[jvn][NC]", lambda _: VAGUE),
)
_PARTS = {
    "unit": "[jDWvOnkKFh]",
    "year": "(?:;y)?",
    "weekday": "(?:[ws][,tfp(]{0,3})?",
    "in_brackets": r"(?:\(w)?",
    "alone": "(?!i|_m|_W|_[NCT]?_O|_w|_O[NC]|_[rRu-]_[#o]_m)",
    "part": "(?:[tfpI]{0,3}[PA])?",
}


def readings(
    signs: str, piece_at: Callable[[int, int], Piece]
) -> Iterator[tuple[int, int, Answer]]:
    """The rules' answers along a line of signs: from which sign, to which, and what they mean."""
    place = 0
    while match := _GRAMMAR.search(signs, place):
        _, handler = _RULES[int((match.lastgroup or "r0")[1:])]
        answer = handler(piece_at(match.start(), match.end()))
        if answer is None:
            place = match.start() + 1
            continue
        yield match.start(), match.end(), answer
        place = match.end()


def _written_out(pattern: str) -> str:
    for name, meaning in _PARTS.items():
        pattern = pattern.replace("{" + name + "}", meaning)
    return pattern.replace(";", "[tfp,-]{0,4}").replace("_", "[tfp-]{0,3}")


_GRAMMAR = re.compile(
    "|".join(f"(?P<r{n}>{_written_out(pattern)})" for n, (pattern, _) in enumerate(_RULES))
)
