from __future__ import annotations

from pathlib import Path

import pytest

from intake.invoices import read_invoices
from intake.kinds import PAYMENTS
from intake.mapping import load_mapping, recognise, shipped_names
from intake.rows import UnreadableFile
from tests.intake.ledgers import GOOD, sort_out, table, write


def test_every_shipped_map_can_be_loaded() -> None:
    assert shipped_names() == [
        "duncan",
        "ibm_late_payment",
        "quickbooks_aging_detail",
        "sap_fbl5n",
        "xero_aged_receivables_detail",
    ]
    assert all(load_mapping(name).title for name in shipped_names())


def test_headers_choose_their_map() -> None:
    ibm = load_mapping("ibm_late_payment")

    chosen = recognise([*ibm.recognise, "Disputed"])

    assert chosen is not None
    assert chosen.title == ibm.title


def test_headers_nobody_knows_choose_none() -> None:
    assert recognise(["one", "two"]) is None
    assert recognise(GOOD) is not None
    assert recognise(GOOD, PAYMENTS) is None


def test_a_map_of_your_own_names_your_headers(tmp_path: Path) -> None:
    mapping = load_mapping(
        write(
            tmp_path,
            '[columns]\ninvoice = "Beleg"\ncustomer = ["Konto", "Kunde"]\namount = "Offen"\n'
            'currency = "W"\nissue_date = "Vom"\ndue_date = "Bis"\n'
            '[formats]\ndate = "DD.MM.YYYY"\ndecimal = ","\n',
            "own.toml",
        )
    )
    rows = [["Beleg", "Kunde", "W", "Offen", "Vom", "Bis"]]
    rows += [["A", "K", "EUR", "1.234", "01.02.2026", "03.04.2026"]]

    accepted, _ = sort_out(read_invoices(write(tmp_path, table(rows, ";")), mapping))

    assert (str(accepted[0].amount), accepted[0].due_date.month) == ("1234.00 EUR", 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[colums]\n", "[colums]"),
        ('[columns]\ninvioce = "x"\n', "invioce"),
        ('[constants]\ncurrancy = "EUR"\n', "currancy"),
        ('[formats]\ndecimal = ";"\n', "decimal"),
        ('[formats]\ndate = "DD.MM"\n', "date form"),
        ('[formats]\ndates = "DD.MM.YYYY"\n', "dates"),
        ('extends = "nothing"\n', "nothing"),
        ("title = \n", "not valid TOML"),
    ],
)
def test_a_map_that_says_something_unknown_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text, "own.toml")

    with pytest.raises(UnreadableFile) as caught:
        load_mapping(path)

    assert said in str(caught.value)


def test_a_map_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UnreadableFile, match="sap_fbl5n"):
        load_mapping("nowhere")


def test_a_missing_currency_is_refused_with_the_way_to_declare_it(tmp_path: Path) -> None:
    text = "invoice,customer,amount,issue_date,due_date\nA,B,1,2026-01-01,2026-01-02\n"

    with pytest.raises(UnreadableFile, match=r"no column for currency.*\[constants\]"):
        read_invoices(write(tmp_path, text))
    mapping = load_mapping("duncan").with_constants(currency="EUR")
    accepted, _ = sort_out(read_invoices(write(tmp_path, text), mapping))

    assert accepted[0].amount.currency == "EUR"
