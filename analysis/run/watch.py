"""What goes wrong in a kernel without stopping a cell: errors in threads, tasks, pools, processes, callbacks and output
widgets, and warnings.

Installed by a start-up file of the kernel's own profile (`execute`), never by a notebook. Each event is a line of JSON in
$DISCOURSE_EVENTS: kind ("error" or "warning"), name, message, where (a key of `noticed.IN_WORDS`; "cell" for what a widget
or a callback swallowed), count of the cell at work. An error while an object is thrown away is a warning: no result hangs
on it.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import json
import logging
import os
import re
import signal
import sys
import threading
import traceback
import warnings
import weakref
from types import TracebackType
from typing import Any, cast

EVENTS = "DISCOURSE_EVENTS"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_LOCK = threading.Lock()


def install(shell: Any) -> None:
    """Watch this process from now on, if $DISCOURSE_EVENTS names a file. shell: IPython's, which counts the cells."""
    place = os.environ.get(EVENTS)
    if place:
        watch = Watch(place, shell)
        watch.threads()
        watch.tasks()
        watch.callbacks()
        watch.futures()
        watch.processes()
        watch.unraisable()
        watch.widgets()
        watch.warnings()
        atexit.register(watch.sweep)


class Watch:
    """Writes what is seen. place: a file that lines are added to."""

    def __init__(self, place: str, shell: Any) -> None:
        self.place, self.shell, self.cell = place, shell, 0
        self.began: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()  # thread, task, future: its cell
        self.lost_futures: dict[int, tuple[Any, BaseException]] = {}
        self.children: list[Any] = []  # processes that were begun

    def note(self, kind: str, name: str, message: str, where: str, **more: Any) -> None:
        """One event; nothing here may raise into the notebook."""
        event = {
            "kind": kind,
            "name": name,
            "message": _ADDRESS.sub("0x…", message)[:2000],
            "where": where,
            "count": self.cell or None,
            "traceback": [],
            **more,
        }
        with _LOCK, contextlib.suppress(OSError), open(self.place, "a", encoding="utf-8") as stream:  # noqa: PTH123
            stream.write(json.dumps(event) + "\n")

    def error(self, error: BaseException, where: str, thing: Any = None) -> None:
        """An error, noted with the cell in which the thread, task or future began, if there is one."""
        if not isinstance(error, SystemExit | KeyboardInterrupt | asyncio.CancelledError | GeneratorExit):
            lines = traceback.format_exception(type(error), error, error.__traceback__)
            count = self.began.get(thing, self.cell) if thing is not None else self.cell
            told = {"traceback": "".join(lines).splitlines(), "count": count or None}
            self.note("error", type(error).__name__, str(error), where, **told)

    def threads(self) -> None:
        """Errors that end a thread."""
        before, start = threading.excepthook, threading.Thread.start

        def started(thread: threading.Thread) -> None:
            self.began[thread] = self.cell
            start(thread)

        def hook(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self.error(args.exc_value, "thread", args.thread)
            before(args)

        threading.excepthook, threading.Thread.start = hook, started  # type: ignore[assignment, method-assign]

    def tasks(self) -> None:
        """Errors of asyncio tasks, groups of them and calls in an executor that nobody awaited: what is kept by its name
        never says so itself."""

        def watched(make: Any) -> Any:
            def made(*args: Any, **named: Any) -> Any:
                task = make(*args, **named)
                with contextlib.suppress(TypeError, AttributeError):
                    self.began[task] = self.cell
                    task.add_done_callback(self.check_later)
                return task

            return made

        loop: Any = asyncio.BaseEventLoop
        loop.create_task, loop.run_in_executor = watched(loop.create_task), watched(loop.run_in_executor)
        asyncio.gather = watched(asyncio.gather)

    def callbacks(self) -> None:
        """Errors of what was given to the event loop to be called (call_soon, call_later)."""
        handle = asyncio.BaseEventLoop.call_exception_handler

        def handled(loop: Any, context: dict[str, Any]) -> None:
            if "handle" in context and context.get("exception"):
                self.error(context["exception"], "callback")
            handle(loop, context)

        asyncio.BaseEventLoop.call_exception_handler = handled  # type: ignore[assignment, method-assign]

    def check_later(self, task: Any) -> None:
        """Keep a task that ended in an error until the sweep, since someone may still await it."""
        if not task.cancelled() and getattr(task, "_log_traceback", False):
            self.lost_futures[id(task)] = (task, None)  # type: ignore[assignment]

    def futures(self) -> None:
        """Errors of pools (`concurrent.futures`) whose result nobody asked for."""
        kind = concurrent.futures.Future
        begin, fail, result, exception = kind.__init__, kind.set_exception, kind.result, kind.exception

        def began(future: Any) -> None:
            begin(future)
            self.began[future] = self.cell

        def set_exception(future: Any, error: BaseException | None) -> None:
            if error is not None:
                self.lost_futures[id(future)] = (future, error)
            fail(future, error)

        def asked(real: Any) -> Any:
            def ask(future: Any, timeout: float | None = None) -> Any:
                try:
                    return real(future, timeout)
                finally:
                    if future.done():
                        self.lost_futures.pop(id(future), None)

            return ask

        kind.__init__, kind.set_exception = began, set_exception  # type: ignore[assignment, method-assign]
        kind.result, kind.exception = asked(result), asked(exception)  # type: ignore[assignment, method-assign]

    def processes(self) -> None:
        """Processes that end in an error, and errors of `multiprocessing` pools whose result nobody asked for."""
        from multiprocessing.pool import ApplyResult, MapResult
        from multiprocessing.process import BaseProcess

        start = BaseProcess.start

        def started(process: Any) -> None:
            self.began[process] = self.cell
            self.children.append(process)
            start(process)

        def set_later(real: Any) -> Any:
            def set_result(result: Any, number: int, outcome: tuple[bool, Any]) -> None:
                if not outcome[0]:
                    self.began[result] = self.cell
                    self.lost_futures[id(result)] = (result, outcome[1])
                real(result, number, outcome)

            return set_result

        def asked(real: Any) -> Any:
            def ask(result: Any, *timeout: float) -> Any:
                self.lost_futures.pop(id(result), None)
                return real(result, *timeout)

            return ask

        BaseProcess.start = started  # type: ignore[assignment, method-assign]
        one, many = cast("Any", ApplyResult), cast("Any", MapResult)
        one._set, many._set = set_later(one._set), set_later(many._set)
        one.get, one.successful = asked(one.get), asked(one.successful)

    def unraisable(self) -> None:
        """Errors that Python can only print: at the end of the kernel (atexit), and where an object is thrown away."""
        before = sys.unraisablehook

        def hook(args: Any) -> None:
            if args.exc_value is not None and "atexit" in (args.err_msg or ""):
                self.error(args.exc_value, "atexit")
            elif args.exc_value is not None:
                self.note(
                    "warning", type(args.exc_value).__name__, f"{args.exc_value} (ignored by Python)", "unraisable"
                )
            before(args)

        sys.unraisablehook = hook

    def sweep(self) -> None:
        """Say which processes, tasks and futures failed and were never asked, at the end of the kernel."""
        for process in self.children:
            with contextlib.suppress(ValueError, AssertionError):  # closed, or of another process
                if process.exitcode not in (None, 0, -signal.SIGTERM):  # a pool ends its workers by SIGTERM
                    name, count = process.name, self.began.get(process)
                    self.note("error", "ProcessError", f"{name} ended with {process.exitcode}", "process", count=count)
        for thing, error in list(self.lost_futures.values()):
            if error is not None:
                self.error(error, "future", thing)
            elif getattr(thing, "_log_traceback", False):
                self.error(thing.exception(), "task", thing)
        self.lost_futures.clear()

    def widgets(self) -> None:
        """Errors that ipywidgets (Output, interact) and callbacks show without stopping the cell."""
        if self.shell is None:
            return
        self.shell.events.register("pre_run_cell", self.begin)
        show = self.shell.showtraceback

        def shown(exc_tuple: tuple[type, BaseException, TracebackType] | None = None, *args: Any, **named: Any) -> Any:
            error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
            if error is not None:
                self.error(error, "cell")
            return show(exc_tuple, *args, **named)

        self.shell.showtraceback = shown

    def begin(self, _: Any) -> None:
        """A cell begins. IPython's own count is one more or not, as its version has it."""
        self.cell += 1

    def warnings(self) -> None:
        """Warnings of the `warnings` module, and what libraries log as a warning or worse."""
        show = warnings.showwarning

        def shown(message: Any, category: type[Warning], *args: Any, **named: Any) -> None:
            self.note("warning", category.__name__, str(message), "warnings")
            show(message, category, *args, **named)

        warnings.showwarning = shown
        call = logging.Logger.callHandlers

        def called(logger: logging.Logger, record: logging.LogRecord) -> None:
            own = ("asyncio", "tornado", "ipykernel", "traitlets")  # the kernel's, or an error that is noted above
            # "KeyboardInterrupt caught in kernel" has an application's name; a cell's own file is in ipykernel_1234
            is_own = record.name.startswith(own) or f"{os.sep}ipykernel{os.sep}" in record.pathname
            if record.levelno >= logging.WARNING and not is_own:
                self.note("warning", record.name, record.getMessage(), "logging")
            call(logger, record)

        logging.Logger.callHandlers = called  # type: ignore[assignment, method-assign]
