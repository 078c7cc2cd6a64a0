"""Where the work is done: threads of this process, or the workers of a dask scheduler.

A thread only waits: what a submission runs is in processes of its own, forked from the one warm parent that all
threads share. Both engines hold a few jobs at a time, however many there are.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

from course.batch.work import Graded, Job, do
from course.errors import CourseError

type Engine = Callable[[Iterable[Job]], Iterator[Graded]]


def processors() -> int:
    """How many processors this process may use; on systems that do not say (macOS), how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_this_machine(
    jobs: Iterable[Job], *, workers: int, work: Callable[[Job], Graded] = do
) -> Iterator[Graded]:
    """Do the jobs in so many threads, and yield what came of them as they end."""
    return in_threads(jobs, work, workers=workers)


def in_threads[T, R](jobs: Iterable[T], work: Callable[[T], R], *, workers: int) -> Iterator[R]:
    """Yield `work(job)` for each job, in the order they end, with so many at a time.

    Raises what the work raises. The threads are daemons: whoever is interrupted does not wait for them.
    """
    todo: queue.SimpleQueue[tuple[T] | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[R | _Failed] = queue.SimpleQueue()
    for number in range(workers):
        name = f"grader-{number}"
        threading.Thread(target=_serve, args=(work, todo, done), name=name, daemon=True).start()
    try:
        waiting, source = 0, iter(jobs)
        for job in islice(source, 2 * workers):  # the next ones are ready while the gradebook is written
            todo.put((job,))
            waiting += 1
        while waiting:
            result = done.get()
            waiting -= 1
            if isinstance(result, _Failed):
                raise result.error
            for job in islice(source, 1):
                todo.put((job,))
                waiting += 1
            yield result
    finally:
        for _ in range(workers):
            todo.put(None)


class _Failed:
    def __init__(self, error: Exception) -> None:
        self.error = error


def _serve[T, R](
    work: Callable[[T], R],
    todo: "queue.SimpleQueue[tuple[T] | None]",
    done: "queue.SimpleQueue[R | _Failed]",
) -> None:
    while (job := todo.get()) is not None:
        try:
            done.put(work(*job))
        except Exception as error:  # raised again where the results are read
            done.put(_Failed(error))


def on_scheduler(
    jobs: Iterable[Job], *, address: str, work: Callable[[Job], Graded] = do
) -> Iterator[Graded]:
    """Do the jobs on the workers of the dask scheduler at `address`, and yield what came of them as they end.

    Raises CourseError when dask.distributed is not installed, when the scheduler cannot be reached or has no workers,
    and what the work raises. A job whose workers died gets no verdict, but a Graded with a failure.
    """
    try:
        dask: Any = import_module("distributed")
    except ModuleNotFoundError as error:
        raise CourseError(
            "--scheduler needs dask.distributed: install the course with its `cluster` extra."
        ) from error
    try:
        client = dask.Client(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(f"There is no dask scheduler at {address}: {error}.") from error
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise CourseError(f"The dask scheduler at {address} has no workers: start some.")
        source = iter(jobs)
        running: dict[Any, Job] = {}

        def submit(job: Job) -> Any:  # noqa: ANN401 - distributed has no types
            future = client.submit(work, job, pure=False)  # grading again is meant
            running[future.key] = job
            return future

        futures = dask.as_completed([submit(job) for job in islice(source, 2 * workers)], loop=client.loop)
        for future in futures:
            job = running.pop(future.key)
            try:
                result = future.result()
            except dask.scheduler.KilledWorker:
                result = Graded(
                    job.student, job.assignment, "", {}, "The workers that graded this submission died."
                )
            if (next_job := next(source, None)) is not None:
                futures.add(submit(next_job))
            yield result
