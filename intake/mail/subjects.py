"""Subjects of automatic replies and of absences in English, German, French, Spanish and Dutch."""

from __future__ import annotations

import re

_AUTOMATIC = re.compile(
    r"\s{0,5}\W{0,3}(?:"
    r"automatic (?:reply|response|answer)|auto(?:mated)?[- ]?(?:reply|respon[sd]e?r?)\b|autoreply"
    r"|(?:this is an )?automated (?:reply|response)|vacation (?:reply|response|notice|message)"
    r"|automatische (?:antwort|r(?:ü|ue)ckmeldung|abwesenheit|beantwoording)|auto-?antwort"
    r"|automatisch antwoord|autom\.? antwort"
    r"|r(?:é|e)ponse automatique|message automatique"
    r"|respuesta autom(?:á|a)tica|contestaci(?:ó|o)n autom(?:á|a)tica"
    r")",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\bout[- ]of[- ](?:the[- ])?office\b|\booo\b|\baway from (?:the office|my (?:desk|mail))"
    r"|\b(?:on|i am on) (?:annual |maternity |parental |sick )?(?:leave|vacation|holiday)s?\b"
    r"|\baway until\b|\bvacation (?:reply|response|notice|message)"
    r"|\babwesen(?:d|heit)\w{0,15}|\bnicht im (?:b(?:ü|ue)ro|haus)|\bau(?:ß|ss)er haus"
    r"|\bim urlaub\b|\burlaub(?:s(?:benachrichtigung|meldung|antwort)|\b.{0,10}\bbis\b)"
    r"|\babsen(?:t|te|ce)\b.{0,20}\b(?:du bureau|bureau|du|jusqu|cong)|\babsence du bureau"
    r"|\ben cong(?:é|e)s?\b|absen(?:t|te|ce) (?:du bureau|jusqu)"
    r"|\bfuera de (?:la )?oficina|\bausente\b|\bausencia\b|\bde vacaciones\b"
    r"|\bafwezig(?:heid)?\b|\bniet (?:op kantoor|aanwezig)|\bop vakantie\b"
    r"|\bmet (?:verlof|vakantie)\b",
    re.IGNORECASE,
)
# Elsewhere in a subject such words may be a customer's own: "Invoice for holiday rates".
_AWAY_FROM_THE_START = re.compile(
    rf"\W{{0,5}}(?:i(?: a|')m |ich bin |je suis |estoy |ik ben )?(?:{_AWAY.pattern})", re.IGNORECASE
)


def is_automatic_reply(subject: str) -> bool:
    """Whether machines put such words at the head of an answer's subject.

    They stand at its beginning: an answer to them (``Re: Automatic reply …``) is a person's.
    """
    return bool(_AUTOMATIC.match(subject) or _AWAY_FROM_THE_START.match(subject))


def is_absence(subject: str) -> bool:
    """Whether the subject speaks of somebody who is away."""
    return bool(_AWAY.search(subject))
