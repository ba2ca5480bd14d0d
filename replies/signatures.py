"""Where a writer takes leave: signature marks, closing formulas, blocks of contact details."""

from __future__ import annotations

import re
from itertools import islice

from replies.folding import folded

_LONGEST_CLOSING = 170
_LONGEST_SIGNATURE_LINE = 90
_MOST_SIGNATURE_LINES = 16
_SENTENCE_WORDS = 5
_NAME_WORDS = 5
_MARK = re.compile(r"-- ?|—|–|__|- -")
_RULE = re.compile(r"[_\-=*~]{4,200}")
_CLOSING = re.compile(
    r"(?:(?:with )?(?:my |our )?(?:(?:kind|best|warm|warmest|kindest|many"
    r"|with)\s?){0,2}(?:and best )?(?:regards|wishes)"
    r"|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|yours|all the best|best|cheers"
    r"|rgds|kr|br|brgds"
    r"|respectfully|cordially"
    r"|(?:mit )?(?:(?:freundlich|best|herzlich|lieb|schon|viel|sonnig"
    r"|freundliche[mn]?)(?:e[nr]?|ste[nr]?)? ?)(?:und \w+ )?"
    r"(?:gr(?:u|ue)(?:s|ss)(?:en?)?)(?: aus .{1,30})?"
    r"|(?:mit )?(?:besten|freundlichen|herzlichen|vielen|schonen|lieben) (?:gruss|gru(?:ss"
    r"|s)en?|grue(?:ss|s)en?)"
    r"|gru(?:ss|s)e?|hochachtungsvoll|mfg|m\.?f\.?g\.?|vg|lg|bg|beste gru(?:ss|s)e|i\. ?a\."
    r"|i\. ?v\.|ihr[e]? .{1,40} team"
    r"|(?:bien |tres )?cordialement(?: votre)?|cdlt|bien a vous|sinceres salutations"
    r"|(?:meilleures |mes |nos )?salutations(?: distinguees)?"
    r"|fijne (?:dag|avond|week|middag|weekend)(?: verder| nog)?"
    r"|have a (?:nice|good|great|lovely) (?:day|weekend|week|evening)"
    r"|(?:einen )?schonen (?:tag|abend|feierabend)(?: noch)?|que teng[ao]s? (?:un )?buen dia"
    r"|(?:veuillez|je vous prie|nous vous prions|dans l'attente|recevez).{0,120}"
    r"(?:salutations|sentiments).{0,20}"
    r"|(?:sin otro|reciban?|quedo|quedamos|a la espera).{0,80}saludos?|bonne (?:fin de )?(?:journee"
    r"|reception|soiree)|amicalement|respectueusement"
    r"|(?:un |cordiales |atentos |muchos |reciba un )?(?:cordial )?saludos?(?: cordial(?:es)?"
    r"| atentamente)?|atentamente|atte|cordialmente"
    r"|(?:met )?(?:vriendelijke|hartelijke|beste|vriendelijk)? ?groet(?:en|jes)?|mvg"
    r"|m\.?v\.?g\.?|hoogachtend|gr"
    r")[\s,.!;-]{0,4}"
)
_THANKS = re.compile(
    r"(?:many |with )?(?:thanks|thank you|thx|tks|ty)(?: (?:so |very )?much| in advance"
    r"| again| and (?:kind |best )?regards)?"
    r"|(?:vielen |besten |herzlichen |schonen )?dank(?:e)?(?: im voraus| (?:und|&) .{1,30})?"
    r"|merci(?: beaucoup| d'avance| par avance| bien)?(?: et .{1,30})?"
    r"|(?:muchas )?gracias(?: de antemano| por adelantado)?(?: y .{1,30})?"
    r"|(?:alvast |hartelijk )?(?:bedankt|dank(?: je| u)?)(?: alvast| bij voorbaat| en .{1,30})?"
)
# Formulas so short that the name stands behind them: MfG Jana Muster.
_NAMED_CLOSING = re.compile(
    r"(?:mfg|vg|lg|mvg|gr|br|kr|i\. ?a\.|i\. ?v\.|rgds|brgds|cdlt|atte|groetjes|saludos"
    r"|gru(?:ss|s)e?|regards|kind regards|best regards|cordialement|groet|groeten|un saludo)"
    r"[ ,.]{1,3}(?:[a-z.-]{2,20} ?){1,3}"
)
_AND = re.compile(r"\s?[/&+,]\s?|\s(?:and|und|et|y|en)\s")
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\.?\b")
_CONTACT = re.compile(
    r"@|\[(?:image|cid)|www\.|https?:|\b(?:tel|phone|fax|mob|mobil|mobile|cell|telefon|telefoon|telephone|t|m"
    r"|f|e|w|skype)\b\.?\s?:"
    r"|\+?\d[\d ()./-]{7,}\d|\b(?:gmbh|ltd|limited|inc|llc|plc|b\.?v|s\.?a\.?s|s\.?a\.?r\.?l"
    r"|s\.?l|s\.?a|ag|kg|n\.?v)\b"
    r"|\b(?:hrb|ust-?id|vat|siret|siren|kvk|btw|cif|nif|registered|amtsgericht"
    r"|geschaftsfuhrer|sitz der)\b"
)
_INTRODUCED = re.compile(
    r":\s*$|\b(?:contact|kontakt|contactez|contacto|wenden|instead|address|adresse|write"
    r"|schreiben)\b"
)
_FEWEST_CONTACTS = 2


def without_signature(text: str) -> str:
    """The text up to its signature; a postscript below one stays."""
    lines = _above_mark(text.split("\n"))
    lines = _above_closing(lines)
    return "\n".join(_above_contact_block(lines)).strip()


def _above_mark(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _MARK.fullmatch(line.strip("\n")) or (
            _RULE.fullmatch(line.strip()) and _is_signature(lines[place + 1 :])
        ):
            return lines[:place]
    return lines


def _above_closing(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if len(line) > _LONGEST_CLOSING or not line.strip():
            continue
        plain = folded(line).strip(" *,.!-")
        below = lines[place + 1 :]
        if _is_closing(plain) or (_THANKS.fullmatch(plain) and _is_name_next(below)):
            if _is_signature(below):
                return lines[:place]
            kept = _below_name(below)
            if kept is not None:
                return [*lines[:place], *kept]
    return lines


def _is_closing(plain: str) -> bool:
    if _CLOSING.fullmatch(plain) or _NAMED_CLOSING.fullmatch(plain):
        return bool(plain)
    parts = [part.strip(" .") for part in _AND.split(plain)]
    formulas = [part for part in parts if _CLOSING.fullmatch(part)]
    return bool(formulas) and all(part in formulas or _THANKS.fullmatch(part) for part in parts)


def _is_name_next(below: list[str]) -> bool:
    written = [line for line in below if line.strip()]
    return bool(written) and _is_name(written[0])


def _is_name(line: str) -> bool:
    words = line.strip(" ,.-*/").split()
    return 0 < len(words) <= _NAME_WORDS and all(
        word[0].isupper() or not word[0].isalnum() or word in {"von", "van", "de", "der"}
        for word in words
    )


def _is_signature(below: list[str]) -> bool:
    """Whether these lines can all be a signature: short, few, no sentences."""
    written = list(
        islice((line.strip() for line in below if line.strip()), _MOST_SIGNATURE_LINES + 1)
    )
    return len(written) <= _MOST_SIGNATURE_LINES and not any(_is_said(line) for line in written)


def _is_said(line: str) -> bool:
    if _CONTACT.search(folded(line)):
        return False
    is_long = len(line) > _LONGEST_SIGNATURE_LINE
    words = line.split()
    is_sentence = line[-1] in ".?!" and len(words) >= _SENTENCE_WORDS
    return is_long or is_sentence or bool(_POSTSCRIPT.match(folded(line)))


def _below_name(below: list[str]) -> list[str] | None:
    """The lines after the name that follows a closing, None when no name does."""
    start = 0
    while start < len(below) and not below[start].strip():
        start += 1
    if start == len(below) or not _is_name(below[start]):
        return None
    while start < len(below) and below[start].strip() and not _is_said(below[start].strip()):
        start += 1
    return below[start:]


def _above_contact_block(lines: list[str]) -> list[str]:
    """Lines without a last paragraph of contact details that nothing introduces."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    start = last
    while start and lines[start - 1].strip():
        start -= 1
    block = lines[start:last]
    before = next((line for line in reversed(lines[:start]) if line.strip()), "")
    contacts = sum(bool(_CONTACT.search(folded(line))) for line in block)
    is_contacts = contacts >= _FEWEST_CONTACTS and 2 * contacts >= len(block)
    if start and is_contacts and _is_signature(block) and not _INTRODUCED.search(folded(before)):
        return lines[:start]
    return lines
