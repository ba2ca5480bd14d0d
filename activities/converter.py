"""How values cross the engine: as JSON, read back into the types the code names."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)


@cache
def reader_of(type_hint: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that crosses
    """What reads values of the type; worked out once in a process."""
    return TypeAdapter(type_hint)


class _Json(PydanticJSONPlainPayloadConverter):
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:  # noqa: ANN401 - as the SDK's
        return reader_of(type_hint or Any).validate_json(payload.data)


class _Converter(CompositePayloadConverter):
    """The SDK makes one for every workflow, so how a type is read is kept outside of it.

    To work it out anew took half of the time a workflow needed to start.
    """

    def __init__(self) -> None:
        usual = DefaultPayloadConverter.default_encoding_payload_converters
        ours = (_Json() if isinstance(one, JSONPlainPayloadConverter) else one for one in usual)
        super().__init__(*ours)


DATA_CONVERTER = DataConverter(payload_converter_class=_Converter)
