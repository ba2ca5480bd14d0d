from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.converter import DATA_CONVERTER, PayloadLocked, converter_for
from activities.payloads import PlanOrder
from engine import connect
from settings import InvalidSettings, Settings, read_settings

OLD, NEW = (base64.b64encode(bytes([one]) * 32).decode() for one in (1, 2))
ORDER = PlanOrder("I-1", datetime(2026, 3, 3, 10, tzinfo=UTC))


async def test_the_first_key_encrypts_and_any_key_decrypts() -> None:
    before, now = converter_for([OLD]), converter_for([NEW, OLD])
    old, new = await before.encode([ORDER]), await now.encode([ORDER])

    assert await now.decode([*old, *new], [PlanOrder, PlanOrder]) == [ORDER, ORDER]
    assert await converter_for([NEW]).decode(new, [PlanOrder]) == [ORDER]
    assert b"I-1" not in b"".join(one.SerializeToString() for one in (*old, *new))


async def test_what_was_written_before_there_were_keys_is_still_read() -> None:
    plain = await DATA_CONVERTER.encode([ORDER])

    assert await converter_for([NEW]).decode(plain, [PlanOrder]) == [ORDER]


async def test_the_same_value_never_looks_the_same_twice() -> None:
    once, again = await converter_for([NEW]).encode([ORDER, ORDER])

    assert once.data != again.data


@pytest.mark.parametrize("keys", [[], [NEW]])
async def test_a_missing_key_is_one_sentence_that_names_it(keys: list[str]) -> None:
    locked = await converter_for([OLD]).encode([ORDER])
    name = locked[0].metadata["key"].decode()

    with pytest.raises(PayloadLocked, match=rf"encrypted with key {name}, and DUNCAN_PAYLOAD_KEYS"):
        await converter_for(keys).decode(locked, [PlanOrder])


@pytest.mark.parametrize("keep", [40, 12, 0])
async def test_what_was_changed_on_the_way_is_refused(keep: int) -> None:
    (locked,) = await converter_for([OLD]).encode([ORDER])
    locked.data = locked.data[:keep]

    with pytest.raises(PayloadLocked, match="changed or damaged"):
        await converter_for([OLD]).decode([locked], [PlanOrder])


@pytest.mark.parametrize("wrong", ["shorter", "not base64 at all!", "c2hvcnQ=", "schlüssel"])
async def test_a_key_that_cannot_be_used_is_one_sentence_without_it(wrong: str) -> None:
    settings = Settings(_env_file=None, payload_keys=(SecretStr(OLD), SecretStr(wrong)))  # type: ignore[call-arg]  # Pydantic's own.

    with pytest.raises(InvalidSettings, match="key 2 is not 32 bytes in base64") as refused:
        await connect(settings, lazy=True)

    assert wrong not in str(refused.value)


def test_keys_stand_in_a_file_one_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{NEW}\n{OLD}\n")
    monkeypatch.setenv("DUNCAN_PAYLOAD_KEYS_FILE", str(file))

    assert [one.get_secret_value() for one in read_settings().payload_keys] == [NEW, OLD]
