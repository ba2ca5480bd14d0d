"""Short bank statements for tests, written as banks write them."""

from __future__ import annotations

from pathlib import Path

from intake.bank.reading import BankReading, read_received
from intake.payments import PaymentRow
from intake.rows import Rejected, UnreadableFile

IBAN = "DE89370400440532013000"


def camt(*entries: str, message: str = "053", balances: str = "", name: str = "S-1") -> str:
    """A camt message with one statement of these entries."""
    outer, inner = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[message]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.08"><{outer}>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr><{inner}><Id>{name}</Id>"
        f"<CreDtTm>2026-03-02T20:00:00+01:00</CreDtTm><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>"
        f"{balances}{''.join(entries)}</{inner}></{outer}></Document>\n"
    )


def balance(code: str, amount: str, currency: str = "EUR") -> str:
    """A camt balance; a minus makes it a debit one."""
    sign = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{sign}</CdtDbtInd></Bal>'
    )


def entry(  # noqa: PLR0913  # An entry has that many parts.
    amount: str,
    details: str = "",
    *,
    reference: str = "",
    status: str = "BOOK",
    extra: str = "",
    currency: str = "EUR",
) -> str:
    """A camt entry of 2 March 2026; a minus makes it a debit."""
    sign = "DBIT" if amount.startswith("-") else "CRDT"
    named = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    held = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"{extra}<Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>"
        f"<ValDt><Dt>2026-03-03</Dt></ValDt>{named}{held}</Ntry>"
    )


def transaction(amount: str = "", text: str = "", more: str = "") -> str:
    """A camt transaction detail with unstructured remittance."""
    own = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    said = f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>" if text else ""
    return f"<TxDtls>{more}{own}{said}</TxDtls>"


def mt940(*body: str, opening: str = "C260301EUR0,00", closing: str = "") -> str:
    """An MT940 statement of these fields; with a closing balance only where one is given."""
    end = [f":62F:{closing}"] if closing else []
    head = [":20:STARTUMS", ":25:37040044/0532013000", ":28C:9/1", f":60F:{opening}"]
    return "\r\n".join([*head, *body, *end, "-", ""])


def bai2(*details: str, currency: str = "USD", summary: str = "") -> str:
    """A BAI2 file of one account on 2 March 2026, with right control totals."""
    account = f"03,0975312,{currency},{summary}/"
    cells = summary.split(",")
    total = sum(int(amount) for amount in cells[1::4] if amount)
    total += sum(int(line.split(",")[2] or 0) for line in details if line.startswith("16,"))
    size = 2 + len(details)
    lines = [
        "01,SENDER,US,260302,2000,1,,,2/",
        f"02,US,SENDER,1,260302,2359,{currency},2/",
        *(account, *details),
        f"49,{total},{size}/",
        f"98,{total},1,{size + 2}/",
        f"99,{total},1,{size + 4}/",
    ]
    return "\n".join(lines) + "\n"


def read(folder: Path, text: str | bytes, name: str = "statement.txt") -> BankReading:
    """The reading of a bank statement with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reading = read_received(path)
    assert isinstance(reading, BankReading), "the file was not taken for a bank statement"
    return reading


def payments(folder: Path, text: str | bytes) -> list[PaymentRow]:
    """The rows of a bank statement, of which none is refused."""
    rows = list(read(folder, text))
    accepted = [row for row in rows if not isinstance(row, Rejected)]
    assert len(accepted) == len(rows), rows
    return accepted


def refusal(folder: Path, text: str | bytes) -> str:
    """Why the file as a whole is refused."""
    try:
        rows = list(read(folder, text))
    except UnreadableFile as refused:
        return str(refused)
    raise AssertionError(f"nothing was refused: {rows}")
