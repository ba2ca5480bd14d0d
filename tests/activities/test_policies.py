from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from activities.policies import load_policies
from dunning.customer import Customer
from dunning.facts import InvoiceOpened
from dunning.folding import fold
from dunning.money import Money
from dunning.policy_problems import InvalidPolicy

_ROOT = Path(__file__).parents[2]
_LETTERS = _ROOT / "templates" / "letters"
_CASE = fold(
    [
        InvoiceOpened(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            by="import",
            invoice="INV-1",
            customer="C1",
            entity="demo",
            amount=Money(10_000, "EUR"),
            issue_date=date(2026, 3, 2),
            due_date=date(2026, 4, 1),
        )
    ]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder, to spoil."""
    return shutil.copytree(_ROOT / "policies", tmp_path / "policies")


def _spoil(path: Path, written: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead), encoding="utf-8")


def _problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidPolicy) as invalid:
        load_policies(folder, _LETTERS)
    return str(invalid.value).splitlines()


def test_the_shipped_policies_name_letters_that_exist() -> None:
    assert len(load_policies(_ROOT / "policies", _LETTERS).policies) == 7


@pytest.mark.parametrize(
    ("segment", "policy", "rule"),
    [
        ("", "standard_b2b", "default"),
        ("standard", "standard_b2b", "default"),
        ("small", "small_balance", "segment small"),
        ("consumer", "consumer", "segment consumer"),
        ("high_risk", "high_risk", "segment high_risk"),
        ("key_account", "key_account", "segment key_account"),
    ],
)
def test_each_segment_has_its_policy(segment: str, policy: str, rule: str) -> None:
    policies = load_policies(_ROOT / "policies")
    found, why = policies.for_case(_CASE, Customer("C1", "One Ltd", segment=segment))

    assert (found.name, why) == (policy, rule)


def test_the_mistakes_of_all_files_are_named_at_once(folder: Path) -> None:
    _spoil(folder / "eu_formal.toml", "day = 35", 'day = "35"')
    _spoil(folder / "key_account.toml", '"reminder"\nto', '"remindr"\nto')
    _spoil(folder / "assignment.toml", '"standard_b2b"', '"usual"')
    _spoil(folder / "entities.toml", "Europe/London", "Utopia/Nowhere")

    assert _problems(folder) == [
        'eu_formal.toml: step[4].day: "35" is not a whole number from -365 to 3660',
        'key_account.toml: step[3].letter: there is no letter "remindr"; did you mean "reminder"?',
        'assignment.toml: default: there is no policy "usual"',
        'entities.toml: entity.demo.timezone: "Utopia/Nowhere" is not a time zone',
    ]


def test_a_letter_without_words_for_sms_cannot_go_by_sms(folder: Path) -> None:
    _spoil(folder / "consumer.toml", 'sms"\nletter = "consumer_reminder"', 'sms"\nletter = "firm"')

    assert _problems(folder) == [
        'consumer.toml: step[3].letter: the letter "firm" has no words for SMS'
    ]


def test_a_file_is_named_after_its_policy(folder: Path) -> None:
    (folder / "high_risk.toml").rename(folder / "risky.toml")

    assert "risky.toml: name: the file is called" in _problems(folder)[0]


@pytest.mark.parametrize("missing", ["assignment.toml", "entities.toml"])
def test_a_missing_table_is_a_problem(folder: Path, missing: str) -> None:
    (folder / missing).unlink()

    assert _problems(folder) == [f"{missing}: cannot be read: No such file or directory"]


def test_a_file_in_another_encoding_is_a_problem(folder: Path) -> None:
    (folder / "consumer.toml").write_bytes("# für Verbraucher\n".encode("cp1252"))

    assert _problems(folder) == ["consumer.toml: is not UTF-8 text"]


def test_a_mark_before_the_text_does_no_harm(folder: Path) -> None:
    text = (folder / "consumer.toml").read_bytes()
    (folder / "consumer.toml").write_bytes(b"\xef\xbb\xbf" + text)

    assert "consumer" in load_policies(folder).policies


def test_an_unknown_policy_is_refused_with_those_there_are() -> None:
    with pytest.raises(LookupError, match='no policy "vip"; there are consumer, consumer_nl'):
        load_policies(_ROOT / "policies").policy("vip")


def test_an_entity_signs_with_its_own_bank_details() -> None:
    demo = load_policies(_ROOT / "policies").entity("demo")

    assert (demo.country, demo.timezone, demo.locale) == ("GB", "Europe/London", "en_GB")
    assert "IBAN: GB46 DEMO" in demo.creditor.bank_details
    assert demo.creditor.address.startswith("12 Bellflower Lane\n")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('iban = "GB46', 'iban = "GB47', "iban: the check digits of the IBAN"),
        (
            'iban = "GB46 DEMO',
            'iban = "DE02 1203 0000 0000 2020 51" #',
            "does not stand in bank_det",
        ),
        ('bic = "DEMOGB00"', 'bic = "DEMO"', 'bic: "DEMO" is no BIC'),
        ('bic = "DEMOGB00"', 'bic = "BYLADEM1001"', '"BYLADEM1001" does not stand in bank_details'),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(
    folder: Path, old: str, new: str, why: str
) -> None:
    _spoil(folder / "entities.toml", old, new)

    [problem] = _problems(folder)
    assert problem.startswith("entities.toml: entity.demo.creditor.")
    assert why in problem


def test_an_account_number_is_kept_without_spaces_and_may_be_left_out(folder: Path) -> None:
    assert load_policies(folder).entity("").creditor.iban == "GB46DEMO00000000000000"

    _spoil(folder / "entities.toml", 'iban = "GB46 DEMO 0000 0000 0000 00"\n', "")
    assert load_policies(folder).entity("").creditor.iban == ""


def test_an_entity_not_listed_is_the_default_one_and_logged() -> None:
    policies = load_policies(_ROOT / "policies")
    with capture_logs() as logs:
        unlisted = policies.entity("unlisted_branch")
        unnamed = policies.entity("")

    assert unlisted == unnamed == policies.entity("demo")
    assert [(log["event"], log["entity"]) for log in logs] == [
        ("entity_not_listed", "unlisted_branch")
    ]


def test_the_default_entity_must_be_listed(folder: Path) -> None:
    _spoil(folder / "entities.toml", 'default = "demo"', 'default = "demos"')

    assert _problems(folder) == [
        'entities.toml: default: there is no entity "demos"; did you mean "demo"?'
    ]
