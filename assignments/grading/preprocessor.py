"""The step of nbgrader's autograding that runs the notebook and decides the points."""

from functools import cache

from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from grading import collect, course, judge, sandbox
from grading.session import hidden_tests

REMARKABLE = {
    "SyntaxError": "has a syntax error",
    "IndentationError": "has a syntax error",
    "SystemExit": "wanted to end Python",
    "MemoryError": "asked for more memory than there is",
}


class RunAndJudge(NbGraderPreprocessor):
    """Runs a submission in the sandbox, fills in its outputs, and grades its checks.

    The points of a task become the result of its check cell, where nbgrader looks for them.
    What happened on the way is kept in the notebook's metadata, `grading.notes`, and shown first.
    """

    sandboxed = Bool(
        True, help="False runs students' code without a sandbox, with your rights."
    ).tag(config=True)

    def preprocess(self, nb, resources):
        if self.sandboxed and sandbox.missing():
            raise RuntimeError(f"Students' code was not run: {sandbox.missing()}.")
        name = resources["nbgrader"]["notebook"]
        tests = hidden_tests(course.hidden_tests(name))
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        sources = [cell.source for cell in code]
        record = sandbox.run(sources, course.hidden_tests(name), self.sandboxed, tests.seconds)

        for index, cell in enumerate(code):
            cell.outputs = record.outputs.get(index, [])
            if index in record.lost:
                cell.outputs = [new_output("stream", text=f"This cell {record.lost[index]}.\n")]
            cell.execution_count = None
        verdicts = judge.verdicts(
            tests, reference(name, self.sandboxed), record.answers, sources, record.lost
        )
        for cell in code:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                cell.outputs = graded(cell, verdicts)

        notes = nb.metadata.setdefault("grading", {}).setdefault("notes", [])
        notes += remarks(record, code, tests)
        if notes:
            lines = "\n".join(f"- {collect.harmless(note)}" for note in notes)
            nb.cells.insert(0, new_markdown_cell(f"**Notes from grading**\n\n{lines}"))
        return nb, resources


def graded(cell, verdicts):
    """The outputs of a check cell: what its visible checks said, each part, and the points."""
    task = cell.metadata.nbgrader.grade_id.removesuffix("-check")
    printed = [output for output in cell.outputs if output.output_type == "stream"]
    raised = [output for output in cell.outputs if output.output_type == "error"]
    first = f"Visible checks: {raised[0].ename}: {raised[0].evalue}\n" if raised else ""
    mine = [verdict for verdict in verdicts if verdict.task == task]
    text = first + "".join(f"{verdict.line}\n" for verdict in mine)
    points = sum(verdict.points for verdict in mine)
    return [
        *printed,
        new_output("stream", text=text),
        new_output("execute_result", data={"text/plain": f"{points:g}"}, execution_count=None),
    ]


def remarks(record, code, tests):
    """What a teacher should know about the run, a line for each cell or task."""
    said = {}

    def say(where, reason):
        if reason and reason not in said.setdefault(where, []):
            said[where].append(reason)

    for place, cell in enumerate(code):
        known = cell.metadata.get("nbgrader", {}).get("grade_id")
        where = f"cell {known}" if known else f"code cell {place + 1}"
        for note in record.notes.get(place, []):
            say(where, note)
        for output in record.outputs.get(place, []):
            say(where, REMARKABLE.get(output.get("ename")))
        say(where, record.lost.get(place))
    for name, part in tests.parts.items():
        where = f"task {part.task}, when its code is called,"
        say(where, REMARKABLE.get(record.answers.get(name, {}).get("error")))
        say(where, record.lost.get(name))
    say("the notebook", record.lost.get("notebook"))
    return [f"{where} {', '.join(reasons)}" for where, reasons in said.items() if reasons]


@cache
def reference(name, sandboxed):
    """What the solution reports to the hidden tests."""
    cells = [cell.source for cell in course.source(name).cells if cell.cell_type == "code"]
    source = course.hidden_tests(name)
    record = sandbox.run(cells, source, sandboxed, hidden_tests(source).seconds)
    if any("value" not in record.answers.get(part, {}) for part in hidden_tests(source).parts):
        raise RuntimeError(f"The solution of {name} fails: {record.answers}, {record.lost}")
    return record.answers
