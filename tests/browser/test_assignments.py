"""The student versions, worked through in a real JupyterLab, as a student would."""

import json

import pytest

from browser.lab import Lab
from grading import course

NAMES = course.names()


class Student:
    """Works in one notebook, cell by cell."""

    def __init__(self, lab):
        self.lab, self.page = lab, lab.page

    def go_to(self, place):
        self.page.evaluate(
            """async place => {
                const notebook = panel.content;
                notebook.activeCellIndex = place;
                await notebook.scrollToItem(place, 'center');
            }""",
            place,
        )
        return self.page.locator(".jp-Cell.jp-mod-active")

    def type(self, place, text):
        editor = self.go_to(place).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, place):
        """Run a cell; give the text under it."""
        self.go_to(place)
        self.lab.command("notebook:run-cell")
        return self.page.evaluate(
            """place => panel.content.widgets[place].model
                .outputs.toJSON().map(output => output.text || output.evalue || '').join('')""",
            place,
        )


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_can_be_worked_through(name, folder, server, browser):
    solved = course.source(name)
    (folder / f"assignment_{name}.ipynb").write_text(json.dumps(course.student_version(name)))
    lab = Lab(browser, server, f"assignment_{name}.ipynb")
    student = Student(lab)
    for place, cell in enumerate(solved.cells):
        if cell.cell_type != "code":
            continue
        told = cell.metadata.nbgrader
        if told.grade:
            assert "NotImplementedError" in student.page.evaluate(
                "place => JSON.stringify(panel.content"
                ".widgets[place - 1].model.sharedModel.getSource())",
                place,
            )
            student.run(place - 1)
            # the check of an untouched task raises at once; that of a solved one says it is right
            assert "these values are right" not in student.run(place)
            student.type(place - 1, solved.cells[place - 1].source)
            student.run(place - 1)
            assert "these values are right" in student.run(place)
        elif not told.solution:
            assert student.run(place) == ""  # what is given runs quietly
    assert lab.problems == []
    lab.close()
