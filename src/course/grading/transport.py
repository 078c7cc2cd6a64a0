"""The way to the learner's app: answers bounded in size, and a missing one explained."""

import codecs
import zlib

import httpx2

from course.grading.checking import Api
from course.grading.children import AppChild
from course.grading.failures import AppCrashed, describe_request
from course.grading.isolation import Limits
from course.grading.world import NeverAnswers, World

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib's manual, inflateInit2
_QUICK_CHARSETS = frozenset(
    {"ascii", "cp1252", "iso8859-1", "iso8859-15", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32"}
)
"""What Python calls the charsets that are read in time: its codecs also have some that unpack, or that take for ever."""


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Answers from the learner's server: bounded in size, and a missing one explained."""

    def __init__(
        self, inner: httpx2.AsyncHTTPTransport, app: AppChild, limits: Limits, world: World | None
    ) -> None:
        self._inner = inner
        self._world = world
        self._app = app
        self._limits = limits
        self.client: Api | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.client is not None:
            self.client.last = None
        what = describe_request(request)
        try:
            sending = self._send(request, what)
            answer, body = await (self._world.drive(sending) if self._world else sending)
        except NeverAnswers as error:
            raise NeverAnswers(f"{what} came back never: {error}.") from None
        except httpx2.TimeoutException:
            raise AppCrashed(
                f"{what} had no answer within {self._limits.request_seconds:g} s. Something in the app "
                "waits for ever or loops."
            ) from None
        except httpx2.TransportError as error:
            ended = self._app.how_it_ended()
            because = f"the app's process {ended}" if ended else f"the connection broke ({error})"
            raise AppCrashed(f"{what} had no answer: {because}.") from None
        response = httpx2.Response(
            answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(body), request=request
        )
        _refuse_odd_charsets(response, what)
        if self.client is not None:
            self.client.last = response
        return response

    async def _send(self, request: httpx2.Request, what: str) -> tuple[httpx2.Response, bytes]:
        answer = await self._inner.handle_async_request(request)
        return answer, await self._bounded(answer, what)

    async def _bounded(self, answer: httpx2.Response, what: str) -> bytes:
        parts, size = [], 0
        assert isinstance(answer.stream, httpx2.AsyncByteStream)  # noqa: S101 - narrows the type
        try:
            async for part in answer.stream:
                size += len(part)
                if size > self._limits.response_bytes:
                    raise AppCrashed(
                        f"{what} came back with more than {self._limits.response_bytes // 1024} kB of body."
                    )
                parts.append(part)
        finally:
            await answer.aclose()
        body = b"".join(parts)
        self._refuse_bombs(body, answer.headers.get("content-encoding", ""), what)
        return body

    def _refuse_bombs(self, body: bytes, encoding: str, what: str) -> None:
        """Refuse what the client would unpack to more than a body may have, or cannot be measured."""
        encoding = encoding.strip().lower()
        if encoding in ("", "identity"):
            return
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise AppCrashed(
                f"{what} came back with the content encoding {encoding[:40]!r}, which checks do not read."
            )
        try:
            unpacked = zlib.decompressobj(_GZIP_OR_ZLIB).decompress(body, self._limits.response_bytes + 1)
        except zlib.error:
            raise AppCrashed(f"{what} came back with a body that is not {encoding}.") from None
        if len(unpacked) > self._limits.response_bytes:
            raise AppCrashed(
                f"{what} came back with a body that unpacks to more than {self._limits.response_bytes // 1024} kB."
            )

    async def aclose(self) -> None:
        await self._inner.aclose()


def _refuse_odd_charsets(response: httpx2.Response, what: str) -> None:
    charset = response.charset_encoding
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):  # read as UTF-8
        return
    if name not in _QUICK_CHARSETS:
        raise AppCrashed(f"{what} came back with the charset {charset!r:.40}, which checks do not read.")
