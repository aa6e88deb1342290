"""*Your turn*: the folded solution is right by the lesson's own check, typical mistakes are not."""

import re

import pytest

import lesson

TURNS = [(name, turn) for name in lesson.LESSONS for turn in lesson.turns(name)]
MISTAKES = 3  # at least, of a turn whose wrong answers are collected

every_turn = pytest.mark.parametrize(("name", "turn"), TURNS)


@every_turn
def test_untouched_it_is_not_written_yet(name, turn):
    [cell] = [cell for cell in lesson.run(name).notebook.cells if cell.id == f"{turn}-tried"]
    said = "".join(output.get("text", "") for output in cell.outputs)
    assert re.fullmatch(r"\w+: not written yet\.\n", said)


@every_turn
def test_the_solution_is_right(name, turn):
    said = lesson.run(name).told[turn, lesson.solution(name, turn)]
    assert re.fullmatch(r"\w+: right for \d+ inputs\.\n", said)


@every_turn
def test_a_typical_mistake_is_refused_with_the_input_and_both_values(name, turn):
    mistakes = lesson.wrong_answers(name).get(turn)
    if mistakes is None:
        pytest.skip(f"no wrong answers are collected for {turn} in tests/notebooks/turns")
    assert len(set(mistakes)) >= MISTAKES
    for answer in mistakes:
        said = lesson.run(name).told[turn, answer]
        function = re.search(r"def (\w+)", answer)[1]
        told = rf"{function}: (not right yet|right for \d+ of \d+ inputs)\. {function}\(.*\.\n"
        assert re.fullmatch(told, said, flags=re.DOTALL), f"{answer}\n{said}"
        helps = r"\) (gives .*expected|raises .*expected|.*changes its arguments)"
        assert re.search(helps, said, flags=re.DOTALL), f"{answer}\n{said}"


def test_wrong_answers_belong_to_a_turn():
    for path in sorted(lesson.WRONG.glob("*.py")):
        assert set(lesson.wrong_answers(path.stem)) <= set(lesson.turns(path.stem)), path.name
