"""Namespaces on the shared development server: workers there share their queues with nobody."""

from __future__ import annotations

from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.converter import DATA_CONVERTER

_A_DAY = 86_400


async def client_of_its_own(server: WorkflowEnvironment) -> Client:
    """A client of a namespace of the test's own."""
    namespace = f"test-{uuid4()}"
    service = server.client.service_client
    request = RegisterNamespaceRequest(
        namespace=namespace, workflow_execution_retention_period=Duration(seconds=_A_DAY)
    )
    await service.workflow_service.register_namespace(request)
    return await Client.connect(
        service.config.target_host, namespace=namespace, data_converter=DATA_CONVERTER
    )
