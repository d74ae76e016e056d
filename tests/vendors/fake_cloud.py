"""A vendor's cloud that gives prepared answers and remembers what it was asked."""

import json
from typing import Any

import httpx

from vendors.http import ApiClient
from vendors.limits import TokenBucket
from vendors.models import Vendor

BASE_URL = "https://cloud.test/base"


class FakeCloud:
    """Answers in the order given: a body (200), a Response, or an exception to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Give the next answer."""
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def calls(self) -> list[tuple[str, str, dict[str, str]]]:
        """Method, path below the base address, and query of each request."""
        return [
            (request.method, request.url.path.removeprefix("/base"), dict(request.url.params))
            for request in self.requests
        ]

    @property
    def body(self) -> Any:
        """What the last request carried; `None` for nothing."""
        content = self.requests[-1].content
        return json.loads(content) if content else None

    def api(self, vendor: Vendor, auth: httpx.Auth, **options: Any) -> ApiClient:
        """A client of this cloud that never really sleeps."""

        async def no_sleep(_seconds: float) -> None:
            return None

        return ApiClient(
            vendor=vendor,
            base_url=BASE_URL,
            auth=auth,
            bucket=TokenBucket(60_000),
            transport=httpx.MockTransport(self),
            sleep=no_sleep,
            **options,
        )
