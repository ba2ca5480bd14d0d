"""How values cross the engine: as JSON, read back into the types the code names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)

ENCRYPTED = b"binary/encrypted"


class PayloadLocked(Exception):  # noqa: N818 - a state of the world, worded for people
    """A payload cannot be read with the keys there are; the message is one plain sentence."""

    @classmethod
    def without(cls, locked: Payload) -> Self:
        """The sentence that names the missing key by what stands beside the payload."""
        name = locked.metadata.get("key", b"").decode("ascii", "replace")
        return cls(
            f"What Temporal holds is encrypted with key {name}, and DUNCAN_PAYLOAD_KEYS does not"
            " have it."
        )


@cache
def reader_of(type_hint: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that crosses
    """What reads values of the type; worked out once in a process."""
    return TypeAdapter(type_hint)


def converter_for(keys: Sequence[str]) -> DataConverter:
    """The converter of an installation; with keys everything is encrypted, failures too.

    Raises ValueError with one sentence when a key cannot be used.
    """
    if not keys:
        return DATA_CONVERTER
    # It loads cryptography, which nobody waits for who has no keys.
    from activities.encryption import Encryption  # noqa: PLC0415

    return replace(
        DATA_CONVERTER,
        payload_codec=Encryption(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


class _Json(PydanticJSONPlainPayloadConverter):
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:  # noqa: ANN401 - as the SDK's
        return reader_of(type_hint or Any).validate_json(payload.data)


_PARTS = tuple(
    _Json() if isinstance(one, JSONPlainPayloadConverter) else one
    for one in DefaultPayloadConverter.default_encoding_payload_converters
)


class _Converter(CompositePayloadConverter):
    """The SDK makes one for every workflow and activation, so its parts are made once for all.

    To work out anew how a type is read took half of the time a workflow needed to start.
    """

    def __init__(self) -> None:
        super().__init__(*_PARTS)

    def from_payloads(
        self, payloads: Sequence[Payload], type_hints: list[type] | None = None
    ) -> list[Any]:
        """The values. Raises PayloadLocked when one is still encrypted: there is no key here."""
        for one in payloads:
            if one.metadata.get("encoding") == ENCRYPTED:
                raise PayloadLocked.without(one)
        return super().from_payloads(payloads, type_hints)


DATA_CONVERTER = DataConverter(payload_converter_class=_Converter)
