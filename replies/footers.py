"""Lines that phones, programs and legal departments add to a message."""

from __future__ import annotations

import re

from replies.folding import folded

_LONGEST_FOOTER = 160
_DEVICES = (
    r"(?:iphone|ipad|ipod|android|samsung|galaxy|huawei|blackberry|handy|smartphone|telefoon"
    r"|mobil)"
)
_FOOTER = re.compile(
    r"[-–—_ ]{0,4}(?:"
    r"sent (?:from|via|using|with) .{1,80}"
    r"|(?:get|hol\w*) outlook (?:for|fur) .{1,20}|download outlook .{1,20}"
    r"|(?:via|by|from my) (?:mobile|phone|iphone)|yahoo mail: .{1,60}|sent on the go.{0,40}"
    r"|(?:diese (?:nachricht|e-?mail) wurde )?von (?:meinem|unterwegs|my).{0,60}(?:gesendet"
    r"|versendet|geschickt)"
    r"|(?:diese (?:nachricht|e-?mail) wurde )?(?:von|mit) .{1,60}"
    + _DEVICES
    + r".{0,40}(?:gesendet|verfasst)"
    r"|gesendet (?:von|mit|uber|aus) .{1,80}|outlook fur (?:ios|android).{0,30}"
    r"|envoye (?:de|depuis|a partir de|avec|via) .{1,80}|telecharge[rz] outlook .{1,20}"
    r"|obtenir outlook .{1,20}"
    r"|obtenez outlook .{1,20}|provenance : .{1,40}"
    r"|enviado (?:desde|con|de|a traves de|mediante) .{1,80}|obtener outlook .{1,20}"
    r"|descargar outlook .{1,20}"
    r"|(?:verzonden|verstuurd|gestuurd) (?:vanaf|via|met|vanuit) .{1,80}|outlook voor (?:ios"
    r"|android).{0,20}"
    r"|outlook (?:para|pour|for) (?:ios|android).{0,20}|downloaden van outlook .{1,20}"
    r")[.! ]{0,3}"
)
_MAIL = (
    r"(?:e-?mail|message|nachricht|mail|courriel|mensaje|correo|bericht|communication|communicatie"
    r"|transmission)"
)
_SECRET = re.compile(
    r"confiden[tc]|vertraulich|vertrouwelijk|privileged|rechtlich geschutzt|legally protected"
)
_ABOUT_MAIL = re.compile(rf"\b{_MAIL}")
_ADDRESSEE = re.compile(
    r"intended|addressee|recipient|unauthori[sz]ed|disclos|adressat|empfanger|bestimmt|irrtumlich"
    r"|destinat|erreur|divulg|usage exclusif|destinatari|error|bestemd|geadresseerde"
    r"|abusievelijk|onbevoegd|ontvang"
)
_OTHER_NOTICE = re.compile(
    r"^\W{0,4}external(?: e-?mail| sender| message)?\W{1,3}|do not click (?:on )?(?:any )?links"
    r"|klicken sie nicht auf|ne cliquez pas|no haga clic|klik niet op"
    r"|registered (?:in|office)\b|sitz der gesellschaft|registergericht|amtsgericht .{1,30}hr ?[ab]"
    r"|immatriculee au rcs|inscrita en el registro mercantil|ingeschreven in het handelsregister"
    r"|(?:please )?(?:consider|think (?:about|of)) the environment|before printing"
    r"|bitte (?:denken|prufen) sie.{0,60}(?:umwelt|drucken|ausdruck)|pensez a l'environnement"
    r"|n'imprimez|antes de imprimir|piense en el medio ambiente|denk aan het milieu|milieu voordat"
    r"|this (?:e-?mail|message) has been (?:scanned|checked)|virus-?free|virenfrei|sans virus"
    r"|libre de virus|virusvrij"
    r"|scanned for viruses|(?:caution|external)\b.{0,40}(?:e-?mail|sender"
    r"|message).{0,80}(?:outside|external)"
    r"|(?:achtung|vorsicht).{0,40}extern|externe (?:e-?mail|absender)"
)
_NOTICE_TITLE = re.compile(
    r"(?:confidentiality notice|disclaimer|legal notice|haftungsausschluss|vertraulichkeitshinweis"
    r"|avis de confidentialite|aviso legal|aviso de confidencialidad|vertrouwelijkheid)\W{0,4}"
)
_LINK = re.compile(r"[<(\[]{1,2}https?://[^\s>)\]]{1,150}[>)\]]{1,2}")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_LONGEST_NOTICE_READ = 3_000


def without_footers(text: str) -> str:
    """The text without mobile footers, legal notices and banners."""
    paragraphs = [_without_footer_lines(part) for part in _PARAGRAPHS.split(text)]
    return "\n\n".join(part for part in paragraphs if part and not _is_notice(part)).strip()


def _without_footer_lines(paragraph: str) -> str:
    return "\n".join(line for line in paragraph.split("\n") if not _is_footer(line)).strip("\n")


def _is_footer(line: str) -> bool:
    return len(line) <= _LONGEST_FOOTER and bool(
        _FOOTER.fullmatch(_LINK.sub("", folded(line)).strip(" *<>[]"))
    )


def _is_notice(paragraph: str) -> bool:
    plain = folded(paragraph[:_LONGEST_NOTICE_READ]).replace("\n", " ")
    if _NOTICE_TITLE.fullmatch(plain.strip()) or _OTHER_NOTICE.search(plain):
        return True
    about_mail = _ABOUT_MAIL.search(plain) is not None
    return about_mail and bool(_SECRET.search(plain) and _ADDRESSEE.search(plain))
