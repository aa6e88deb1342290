"""Runs a notebook and asks the hidden tests: cells, tests and limits in, a plain record out."""

import json
import os
import secrets
import selectors
import time
from dataclasses import asdict, dataclass, field

from grading import border, sandbox
from grading.inside.hidden import hidden_tests
from grading.limits import LIMITS

GRACE = 1  # seconds between the interruption of a cell inside and its end from outside
NOT_TRIED = "not tried, because another part of the task did not end"
LOOK = 0.2  # seconds between two looks at all processes


@dataclass
class Record:
    """What a notebook did. Places are numbers of cells, names of tests, or "notebook"."""

    outputs: dict[int, list] = field(default_factory=dict)
    notes: dict[int, list] = field(default_factory=dict)
    answers: dict[str, dict] = field(default_factory=dict)
    lost: dict[int | str, str] = field(default_factory=dict)  # places, with the reason
    found: border.Found = field(default_factory=border.Found)
    overtime: float = 0  # seconds spent on what did not end


class Stopped(Exception):
    """The process has ended, or was ended; the text says why."""


class Over(Stopped):
    """So has the submission as a whole: there is no other attempt."""


@dataclass
class Place:
    """Where a run is: the cell or test, and since when."""

    name: int | str = "notebook"
    since: float = 0

    def move(self, name):
        self.name, self.since = name, time.monotonic()

    def spent(self):
        return time.monotonic() - self.since


class Talk:
    """Questions to the process that runs a notebook, and its answers.

    Parameters
    ----------
    started : subprocess.Popen
    limits : Limits
    end : float
        When everything has to have ended, by `time.monotonic`.
    seen : list of int
        Its only entry counts the bytes that have come, in all attempts.
    """

    def __init__(self, started, limits, end, seen):
        self.started, self.limits, self.end, self.seen = started, limits, end, seen
        self.waiting, self.look = bytearray(), time.monotonic() + LOOK
        for stream in (started.stdin, started.stdout):
            os.set_blocking(stream.fileno(), False)
        self.send(asdict(limits), time.monotonic() + limits.seconds)

    def ask(self, kind, **question):
        """The answer to one question.

        Raises
        ------
        Stopped
            If none came in time, none that can be read, or the processes passed a limit.
        Over
            If it is not the answer to this question: somebody else speaks.
        """
        number = secrets.randbits(50)
        until = time.monotonic() + self.limits.seconds + GRACE
        self.send({"ask": kind, "number": number, **question}, until)
        try:
            told = border.message(self.line(until))
        except (ValueError, RecursionError):
            raise Stopped("sent what could not be read") from None
        if told.get("to") != number:
            raise Over("sent a report of its own")
        return told

    def send(self, message, until):
        """Write a line; the other side may not be reading."""
        left = memoryview(json.dumps(message).encode() + b"\n")
        while left:
            if self.ready(self.started.stdin, selectors.EVENT_WRITE, until):
                try:
                    left = left[os.write(self.started.stdin.fileno(), left[: 2**16]) :]
                except BlockingIOError:
                    continue
                except OSError:  # it has ended; reading will tell
                    return

    def line(self, until):
        """The next line that comes."""
        while True:
            if self.ready(self.started.stdout, selectors.EVENT_READ, until):
                piece = os.read(self.started.stdout.fileno(), 2**16)
                if not piece:
                    raise Stopped(
                        sandbox.exceeded(self.started, self.limits)
                        or "ended the process that runs the notebook"
                    )
                self.seen[0] += len(piece)
                place = piece.find(b"\n")
                self.waiting += piece
                if self.seen[0] > self.limits.report:
                    raise Over(f"sent more than {self.limits.report / 10**6:g} MB")
                if len(self.waiting) > self.limits.message + 2**16:
                    raise Over("sent a report of its own")
                if place >= 0:
                    first, _, rest = bytes(self.waiting).partition(b"\n")
                    self.waiting = bytearray(rest)
                    return first

    def ready(self, stream, event, until):
        """Wait a moment for a stream. Raises Stopped when a limit is passed."""
        now = time.monotonic()
        if now > self.end:
            raise Over(f"took more than {self.limits.altogether:g} seconds altogether")
        if now > until:
            raise Stopped(late(self.limits))
        if now > self.look:
            self.look = now + LOOK
            passed = sandbox.exceeded(self.started, self.limits)
            if passed:
                raise (Over if "processor" in passed else Stopped)(passed)
        with selectors.DefaultSelector() as selector:
            selector.register(stream, event)
            return selector.select(max(0, min(LOOK, until - now, self.end - now)))


def late(limits):
    return f"did not end within {limits.seconds:g} seconds"


def run(cells, tests="", limits=LIMITS, sandboxed=True):
    """Run the cells of a notebook and then the hidden tests.

    A cell or a test that does not end, or ends the process, is left out, and the rest is run
    again in a new process: it takes nothing else with it. What cells print counts once only, the
    first time that all of them have run; after that, hidden tests have been in that process.

    Parameters
    ----------
    cells : list of Cell
        All cells, in order.
    tests : str
        Source of a file of hidden tests, sent when the cells have run.
    limits : Limits
    sandboxed : bool
        False: without bubblewrap, with the rights of whoever calls. Time, memory and output
        stay limited.

    Returns
    -------
    Record
    """
    record = Record()
    hidden = hidden_tests(tests)
    end, seen = time.monotonic() + limits.altogether, [0]
    done = {"read": False, "cells": False}
    for _ in range(limits.attempts):
        place = Place()
        try:
            with sandbox.process(limits, sandboxed, hidden.imports) as started:
                talk = Talk(started, limits, end, seen)
                attempt(talk, cells, tests, hidden, record, done, place)
            return record
        except Stopped as problem:
            reason = str(problem)
            if reason.startswith("did not end"):
                record.overtime += place.spent()
            lose(record, hidden, place.name, reason)
            if place.name == "notebook" or isinstance(problem, Over):
                record.lost["notebook"] = reason
                return record
    record.lost["notebook"] = "was given up: too many cells end or block the process"
    return record


def attempt(talk, cells, tests, hidden, record, done, place):
    """Run in one process, from the first cell on. `place` holds where it is."""
    if not done["read"]:
        done["read"] = True  # once only: if this is what takes too long, the cells still run
        place.move("reading")
        tasks = list(dict.fromkeys(part.task for part in hidden.parts.values()))
        sent = [asdict(cell) for cell in cells]
        about = {"cells": sent, "tasks": tasks, "without": hidden.without}
        told = talk.ask("read", about=about)
        if told.get("late"):
            record.lost["reading"] = late(talk.limits)
        else:
            try:
                record.found = border.found(told, cells, tasks, talk.limits)
            except ValueError:
                raise Stopped("sent what could not be read") from None
    outputs, notes = {}, {}
    for index, cell in enumerate(cells):
        if cell.kind != "code" or index in record.lost:
            continue
        place.move(index)
        told = talk.ask("cell", source=cell.source)
        outputs[index] = border.outputs(told, talk.limits)
        notes[index] = border.notes(told, talk.limits)
        if told.get("late"):
            record.lost[index] = late(talk.limits)
            record.overtime += place.spent()
        if not done["cells"]:
            record.outputs, record.notes = outputs | record.outputs, notes | record.notes
    done["cells"] = True
    place.move("notebook")
    if hidden.parts:
        talk.ask("tests", source=tests)
    for name in hidden.parts:
        if name in record.lost or name in record.answers:
            continue
        place.move(name)
        told = talk.ask("part", part=name)
        if told.get("late"):
            record.overtime += place.spent()
            lose(record, hidden, name, late(talk.limits))
        else:
            record.answers[name] = border.answer(told)


def lose(record, hidden, place, reason):
    """Note that a place has given nothing; the other tests of its task would take as long."""
    record.lost[place] = reason
    if place in hidden.parts and reason.startswith("did not end"):
        for name, part in hidden.parts.items():
            if part.task == hidden.parts[place].task and name not in record.answers:
                record.lost.setdefault(name, NOT_TRIED)
