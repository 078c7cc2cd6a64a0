"""Putting the layers on a process, each where the system allows it."""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from course.sandbox import identity, keeper, landlock, limits, mounts, namespaces, seccomp
from course.sandbox.policy import (
    LANDLOCK,
    LAYERS,
    LIMITS,
    NAMESPACES,
    SECCOMP,
    Isolation,
    IsolationError,
    Policy,
)
from course.sandbox.syscalls import machine
from course.sandbox.trees import View, everywhere, python_trees, view

_LINUX = sys.platform == "linux"
_SWITCHED_OFF = "switched off by the policy"


def apply(policy: Policy) -> Isolation:
    """Put this process under `policy`, for good, before it runs a line of a learner's code.

    Call it in a freshly forked process with one thread. It forks once more: the calling process becomes the keeper
    (`keeper`), never returns, and ends as the sandbox ends; the sandbox returns from here, in `policy.work`. Whoever
    started it stops it with `stop`. As root, the writable trees are handed to another user, who then runs the sandbox.

    Every layer that is not in force is named in the result. IsolationError when the policy cannot be kept, or requires
    such a layer: then nothing must be run.
    """
    policy.check()
    _refuse_threads()
    setup = _Setup(policy)
    if _LINUX:
        setup.separate_processes()
    setup.split()
    if _LINUX:
        setup.build_root()
        setup.set_limits()
        setup.become_powerless()
        setup.allow_files()
        setup.filter_calls()
    else:
        setup.set_limits()
        for layer in (NAMESPACES, LANDLOCK, SECCOMP):
            setup.missing[layer] = f"{sys.platform} does not have it"
    setup.settle()
    return setup.result()


def prepare() -> None:
    """Work out ahead what every sandbox needs; optional, for a process that is going to fork many."""
    everywhere()
    if _LINUX and (name := machine()):
        for shared_files in (False, True):
            seccomp.program(name, network=False, shared_files=shared_files)


def run(
    policy: Policy, function: Callable[[Isolation], int | None], *, timeout: float | None = None
) -> tuple[int, Isolation]:
    """Run `function` in a sandbox, in a child process, and wait for it.

    Returns its exit code (what the function returned, 1 for an exception), or minus the number of the signal that ended
    it (SIGKILL after `timeout` seconds), and the isolation that was in force. IsolationError when the policy cannot be
    kept here. The calling process should have one thread, as for every fork.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _run_and_exit(policy, function, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said = json.loads(pipe.read() or b"{}")
    status = keeper.wait(pid, timeout)
    if status is None:
        status = keeper.stop(pid)
    if "layers" not in said:
        raise IsolationError(
            said.get("error", f"The sandbox did not start: its process ended with status {status}.")
        )
    return status, Isolation.from_json(said)


def survey(policy: Policy) -> Isolation:
    """What `run` would put in force here; IsolationError when the policy cannot be kept."""
    return run(policy, lambda _: 0)[1]


def _run_and_exit(policy: Policy, function: Callable[[Isolation], int | None], report: int) -> NoReturn:
    status = 1
    try:
        with open(report, "w", encoding="utf-8") as pipe:
            keep = replace(policy, keep_fds=(*policy.keep_fds, report))
            try:
                isolation = apply(keep)
            except Exception as error:
                said = (
                    str(error) if isinstance(error, IsolationError) else f"The sandbox did not start: {error}"
                )
                json.dump({"error": said}, pipe)
                raise
            json.dump(isolation.to_json(), pipe)
        status = function(isolation) or 0
    except IsolationError:
        pass  # the caller raises it
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


@dataclass
class _Setup:
    """The steps of `apply`, and what is known between them."""

    policy: Policy
    used: set[str] = field(default_factory=set)
    missing: dict[str, str] = field(default_factory=dict)
    entered: bool = False
    """Whether the sandbox has processes of its own; the new root is still to be built."""
    user: int | None = None
    """The user that this process became."""
    held: tuple[int, ...] = ()
    """The descriptors that are taken before anything is opened: see `_close_all_but`."""
    apart: bool = False
    """Whether the kernel counts this sandbox's processes apart from the user's others."""

    def __post_init__(self) -> None:
        self.view: View = view(self.policy)
        self.keeper = os.getpid()
        self.started_as = os.geteuid()

    def separate_processes(self) -> None:
        if NAMESPACES in self.policy.without:
            self.missing[NAMESPACES] = _SWITCHED_OFF
            return
        try:
            if not namespaces.separate_processes_as_root():
                if self.started_as == 0:  # a container's root: as another user it may still be allowed
                    self._become_other()
                namespaces.separate_processes_as_user()
                self.apart = namespaces.counts_processes_apart()
        except OSError as error:
            self.missing[NAMESPACES] = str(error.strerror)
        else:
            self.entered = True

    def split(self) -> None:
        keeper.split(self.policy.limits, self.view.writable)
        self.held = _close_all_but(self.policy.keep_fds)

    def build_root(self) -> None:
        if not self.entered:
            return
        try:
            namespaces.separate_all_else(network=self.policy.network)
            lacking = mounts.enter_new_root(self.view)
        except OSError as error:
            self.missing[NAMESPACES] = f"no more than processes of its own: {error.strerror}"
            return
        self.missing |= lacking
        self.used.add(NAMESPACES)

    def set_limits(self) -> None:
        if LIMITS in self.policy.without:
            self.missing[LIMITS] = _SWITCHED_OFF
            return
        if _LINUX and self.started_as == 0 and self.user is None and "processes" not in self.missing:
            self._become_other()
        running = 0
        if not (self.apart or (self.user and self.user != self.policy.user)):
            user = os.geteuid()
            running = limits.tasks_of(user) + limits.SHARED_ROOM if user else 0  # root is not limited
        lacking = limits.apply_limits(self.policy.limits, running=running, held=self.held)
        if lacking:
            self.missing["some limits"] = lacking
        self.used.add(LIMITS)

    def become_powerless(self) -> None:
        identity.drop_capabilities()
        keeper.die_with_keeper(self.keeper)

    def allow_files(self) -> None:
        if LANDLOCK in self.policy.without:
            self.missing[LANDLOCK] = _SWITCHED_OFF
            return
        try:
            self.missing |= landlock.restrict(
                self.view, network=self.policy.network, own_root=NAMESPACES in self.used
            )
        except OSError as error:
            self.missing[LANDLOCK] = str(error.strerror)
        else:
            self.used.add(LANDLOCK)

    def filter_calls(self) -> None:
        if SECCOMP in self.policy.without:
            self.missing[SECCOMP] = _SWITCHED_OFF
            return
        try:
            seccomp.restrict(network=self.policy.network, shared_files=NAMESPACES not in self.used)
        except OSError as error:
            self.missing[SECCOMP] = str(error.strerror)
        else:
            self.used.add(SECCOMP)

    def settle(self) -> None:
        """Make the sandbox's own folder the place where everything happens."""
        work = self.view.writable[0]
        os.chdir(work)
        os.environ["TMPDIR"] = work
        tempfile.tempdir = work  # the process that forked this one may have looked for it already

    def result(self) -> Isolation:
        lacking = [layer for layer in LAYERS if layer in self.policy.require - self.used]
        if lacking:
            raise IsolationError(
                f"The policy requires {', '.join(lacking)}, and this system does not provide it "
                f"({'; '.join(self.missing.get(layer, 'not in force') for layer in lacking)}): nothing was run."
            )
        return Isolation(tuple(layer for layer in LAYERS if layer in self.used), self.missing)

    def _become_other(self) -> None:
        self.user, reason = identity.become_other(
            self.policy, [*python_trees(), *self.view.readable], seed=self.keeper
        )
        if reason:
            self.missing["processes"] = f"not limited: still root, because {reason}"


def _refuse_threads() -> None:
    try:
        threads = len(os.listdir("/proc/self/task"))
    except OSError:
        return  # no /proc: not Linux
    if threads > 1:
        raise IsolationError(
            f"A process with {threads} threads cannot be isolated: fork it from one with a single thread."
        )


def _close_all_but(keep: tuple[int, ...]) -> tuple[int, ...]:
    """Point every other descriptor at nothing, and return the numbers that are taken.

    Not closed: objects of the process that forked this one still hold the numbers, and would close a stranger's file.
    """
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    try:
        names = os.listdir("/proc/self/fd" if _LINUX else "/dev/fd")
    except OSError:
        os.closerange(3, nothing)
        return (0, 1, 2)
    held = tuple(number for number in map(int, names) if number != nothing and _is_open(number))
    for descriptor in held:
        if descriptor > 2 and descriptor not in keep:
            os.dup2(nothing, descriptor, inheritable=False)
    os.close(nothing)
    return held


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:  # the one that listed the others
        return False
    return True
