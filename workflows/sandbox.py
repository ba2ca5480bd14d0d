"""The sandbox workflows run in: Temporal's, without what ours make it do for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio.converter import SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

if TYPE_CHECKING:
    from temporalio.bridge.proto.workflow_activation import WorkflowActivation
    from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion

# Passed through whole, so that Pydantic finds the modules in which the types of payloads stand;
# and what all workflows share, so that no workflow loads it anew when it starts.
_OURS = SandboxRestrictions.default.with_passthrough_modules(
    "activities",
    "dunning",
    "workflows.alarm",
    "workflows.asking",
    "workflows.contract",
    "workflows.summary",
)
_NO_STORE = StorageDriverStoreContext(target=None)


@dataclass(frozen=True)
class Sandbox(SandboxedWorkflowRunner):
    """Runs every workflow in a sandbox of its own."""

    restrictions: SandboxRestrictions = _OURS

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A workflow in its sandbox."""
        return _Sandboxed(super().create_instance(det))


class _Sandboxed(WorkflowInstance):
    """A workflow whose payloads are read and written alike, wherever they belong.

    The SDK would enter the sandbox several times for every payload only to ask to what it belongs.
    """

    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._instance.activate(act)

    def get_serialization_context(self, command_info: object) -> SerializationContext | None:
        del command_info
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        del command_info
        return _NO_STORE

    def get_info(self) -> Info:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()
