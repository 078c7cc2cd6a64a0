"""Starting and stopping the learner's app for a check."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType

import httpx2

from course.grading.checking import Api
from course.grading.children import AppChild
from course.grading.failures import AppCrashed, fail, sentence
from course.grading.isolation import Limits
from course.grading.patience import patient
from course.grading.transport import GuardedTransport
from course.grading.world import NeverAnswers, World
from course.project.crash import Crash


class Launch:
    """`async with launch(world, APP_ENVIRONMENT="production") as api:` starts the app of a check, and stops it after the block.

    One app at a time. With a `World()`, which is for one start, its clock is the check's and what it asks of others is
    played, at startup and shutdown too: after the block it has stopped as uvicorn stops it. Raises AppCrashed when it
    does not start, does not stop, or crashes on the way.
    """

    def __init__(self, app: AppChild, limits: Limits, seen: Callable[[Api], None]) -> None:
        self._app = app
        self._limits = limits
        self._seen = seen

    @contextlib.asynccontextmanager
    async def __call__(self, world: World | None = None, /, **environment: str) -> AsyncIterator[Api]:
        """Start it with these environment variables; a client of it."""
        async with self.serving(world, environment) as client:
            yield client
            if world is not None:
                await self._stop(world)

    @contextlib.asynccontextmanager
    async def serving(
        self, world: World | None, environment: Mapping[str, str] = MappingProxyType({})
    ) -> AsyncIterator[Api]:
        """The same, and nobody sees it stop."""
        try:
            socket = await self._start(world, environment)
            async with self._client(socket, world) as client:
                self._seen(client)
                yield client
        finally:
            if world is not None:
                world.close()
            self._app.stop()

    async def fails(self, world: World, /, *, why: str, look_at: str, **environment: str) -> str:
        """Start an app that is not to start, because of `why`; return its crash, which a check should recognize.

        Fails the check when the app starts.
        """
        try:
            await self._start(world, environment)
        except NeverAnswers:
            raise
        except AppCrashed as crash:
            return str(crash)
        finally:
            world.close()
            self._app.stop()
        fail(
            f"{why}, and the app started all the same; expected an error that ends the start. Look at {look_at}."
        )

    async def _start(self, world: World | None, environment: Mapping[str, str]) -> str:
        if world is None:
            return self._app.serve(None, environment)
        serving = asyncio.ensure_future(
            asyncio.to_thread(self._app.serve, world.line.theirs.fileno(), environment)
        )
        await world.line.open()
        started = world.reached("started")

        def ended(_: object) -> None:
            world.line.theirs.close()  # else nobody hears that the app is gone
            if not started.done():
                started.set_result(None)

        serving.add_done_callback(ended)
        try:
            await world.go_on_until(started)
        except NeverAnswers:
            world.line.send({"do": "end"})
            await asyncio.wait({serving})
            serving.exception()
            raise NeverAnswers(
                "The app does not start: nothing moves in its startup any more, and it waits for no time."
            ) from None
        finally:
            await asyncio.wait({serving})
        return serving.result()

    async def _stop(self, world: World) -> None:
        world.line.send({"do": "shutdown"})
        stopped = world.reached("stopped")
        try:
            await world.go_on_until(stopped)
        except NeverAnswers:
            raise NeverAnswers(
                "The app does not stop: nothing moves in its shutdown any more, and it waits for no time."
            ) from None
        if crash := stopped.result():
            raise AppCrashed(f"The app's shutdown crashed. {sentence(Crash.from_json(crash))}")

    def _client(self, socket: str, world: World | None) -> Api:
        # trust_env would read proxies; an empty TLS context saves loading certificates that nobody uses.
        transport = httpx2.AsyncHTTPTransport(
            uds=socket, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        guarded = GuardedTransport(transport, self._app, self._limits, world)
        client = Api(
            transport=guarded,
            base_url="http://api",
            timeout=patient(self._limits.request_seconds),
            trust_env=False,
        )
        guarded.client = client
        return client
