"""The stored form of every lesson: CONTRIBUTING.md lists the rules, each test says what to do."""

import ast
import contextlib
import importlib.util
import io
import itertools
import re

import pytest

import lesson
from notebooks import execute
from pages.build import WHEEL

TAUGHT = [name for name in lesson.LESSONS if not name.startswith("00")]
READ = {name: lesson.stored(name) for name in lesson.LESSONS}

# Also in CONTRIBUTING.md
COLUMNS = 80  # of code and of printed output
LINES = 40  # of a cell
KILOBYTES = 500  # of a notebook
WORDS = 6  # at least, of a description
PREDICTIONS = 6  # at least
FIGURES = 2  # live ones, at least
TURNS = 2  # of the reader, at least
ABILITIES = 3  # lines under You will be able to
LONGEST = 75  # minutes of a lesson, without what is folded as Further

# The minutes that a lesson takes
WORDS_A_MINUTE = 150
LINES_A_MINUTE = 10
MINUTES = {
    r"\*\*Predict": 1.5, r"\*\*Drag until": 2, r"\*\*Say it": 1, r"\*\*Your turn": 5,
}  # fmt: skip

# The lines that only say what to run where the helpers are missing
GUARD = (
    r'from importlib\.util import find_spec\n|if not find_spec\("helpers"\):\n'
    r"    raise ImportError\(\n(        .*\n)+    \)\n"
)

NOTATION = [
    (r"\\mathsf|\^T\b", r"write the transpose as `^\top`"),
    (r"<summary>Answers", "write `<summary>Answer`, also where there are several"),
    (r"\d %", "write `50%`, without a space"),
    (r"\b\d{5,}\b", "write `10,000`, with a comma between thousands"),
    (r"single sample", "write `single example`"),
]

every_lesson = pytest.mark.parametrize("name", lesson.LESSONS)
every_taught_lesson = pytest.mark.parametrize("name", TAUGHT)


def code(name):
    return [cell for cell in READ[name].cells if cell.cell_type == "code"]


def words(name):
    return [cell for cell in READ[name].cells if cell.cell_type == "markdown"]


def outputs(name):
    return [(cell, output) for cell in code(name) for output in cell.outputs]


def again(name):
    return f"run `make notebooks LESSON={name[:2]}` and store what it makes"


@every_lesson
def test_cells_were_run_in_order_from_a_fresh_kernel(name):
    counts = [cell.execution_count for cell in code(name)]
    assert counts == list(range(1, len(counts) + 1)), (
        f"{again(name)}: the cells were not run once, in order, from a fresh kernel: {counts}"
    )


@every_lesson
def test_nothing_is_stored_that_changes_from_run_to_run(name):
    kept = set(READ[name].metadata)
    assert kept == {"kernelspec", "language_info"}, (
        f"{again(name)}: the notebook's metadata holds {', '.join(sorted(kept)) or 'nothing'}"
    )
    for cell in READ[name].cells:
        assert "execution" not in cell.metadata, f"{again(name)}: cell {cell.id} stores times"
    for cell, output in outputs(name):
        assert output.output_type != "error", (
            f"mend cell {cell.id}, or show the error with try and except: it raises {output.ename}"
        )
        assert output.get("name") != "stderr", (
            f"silence what cell {cell.id} writes to stderr, it differs between machines: "
            f"{output.text}"
        )
        assert execute.WIDGET not in output.get("data", {}), (
            f"{again(name)}: cell {cell.id} stores a widget"
        )
        text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
        found = re.search(r"(?<![\w.])/(root|home|tmp|Users|opt|usr)/|0x[0-9a-f]{6,}", text)
        assert not found, f"do not print paths or addresses in cell {cell.id}: {found}"


@every_lesson
def test_without_the_helpers_the_first_cell_says_what_to_run(name, monkeypatch, tmp_path):
    """As where only this notebook is: on a hosted notebook service."""
    monkeypatch.chdir(tmp_path)
    here = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "helpers" else here(name)
    )
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            exec(code(name)[0].source, {})
        except ImportError as error:
            print(error)
    assert re.search(rf"run\s+%pip install {WHEEL}$", said.getvalue().strip()), (
        "begin the first cell with code as lesson 01 does: where the helpers are missing, it says "
        "what to run"
    )


@every_lesson
def test_size(name):
    size = (lesson.NOTEBOOKS / f"{name}.ipynb").stat().st_size / 1000
    assert size <= KILOBYTES, (
        f"make the notebook smaller than {KILOBYTES} KB: fewer or smaller pictures. "
        f"It has {size:.0f} KB"
    )


@every_lesson
def test_every_picture_is_described(name):
    for cell, output in outputs(name):
        if "image/png" in output.get("data", {}):
            alt = output.metadata.get("image/png", {}).get("alt", "")
            assert len(alt.split()) >= WORDS, (
                f"describe the picture of cell {cell.id} in {WORDS} words or more, in the docstring"
                f" of its drawing function or as `alt` of `plotting.show`. It says {alt!r}"
            )
            assert output.data["text/plain"] == alt, f"{again(name)}: see cell {cell.id}"


@every_lesson
def test_cells_fit_on_a_screen(name):
    for cell in code(name):
        lines = cell.source.count("\n") + 1
        assert lines <= LINES, (
            f"divide cell {cell.id}: a cell has {LINES} lines or fewer; it has {lines}"
        )


@every_lesson
def test_code_and_printed_output_are_not_too_wide(name):
    texts = [(cell.id, cell.source) for cell in code(name)]
    texts += [(cell.id, output.get("text", "")) for cell, output in outputs(name)]
    for key, text in texts:
        for line in text.splitlines():
            assert len(line) <= COLUMNS, (
                f"write cell {key} so that code and what it prints have {COLUMNS} columns or "
                f"fewer; this line has {len(line)}: {line}"
            )


@every_lesson
def test_cells_that_only_draw_are_folded(name):
    for cell in code(name):
        draws = cell.source.startswith("# drawing")
        tagged = "drawing" in cell.metadata.get("tags", [])
        folded = lesson.folded(cell, "source")
        assert tagged == draws and folded == draws, (  # noqa: PT018
            f"begin cell {cell.id} with `# drawing`, tag it `drawing` and fold its code (metadata "
            '`"tags": ["drawing"], "jupyter": {"source_hidden": true}`), or do none of the three'
        )


def headings(name):
    return re.findall(r"^(#+) (.*)", lesson.text(name), flags=re.MULTILINE)


@every_lesson
def test_the_title(name):
    titles = [title for marks, title in headings(name) if marks == "#"]
    assert headings(name)[0][0] == "#" and len(titles) == 1, (  # noqa: PT018
        f"begin with one heading `# {name[:2]} · …` and use `##` and `###` below it; found {titles}"
    )
    assert titles[0].startswith(f"{name[:2]} · "), (
        f"begin the title with the number of the file, `# {name[:2]} · …`; it is `# {titles[0]}`"
    )


@every_lesson
def test_headings_are_in_order(name):
    for (above, _), (below, title) in itertools.pairwise(headings(name)):
        assert len(below) <= len(above) + 1, (
            f"give the heading {title!r} {len(above) + 1} # signs: no level is left out"
        )


@every_lesson
def test_a_section_opens_its_cell(name):
    for cell in words(name):
        assert not re.search(r"\n## ", cell.source), (
            f"divide cell {cell.id}: a section (`##`) stands at the beginning of a cell"
        )


@every_lesson
def test_links_lead_somewhere(name):
    text = lesson.text(name)
    for target in re.findall(r"\]\(([^)#]+)\)", text.partition("### Sources")[0]):
        assert "://" not in target, f"move the link to the web into *Sources*: {target}"
        assert (lesson.NOTEBOOKS / target).exists(), f"mend the link to {target}: no such file"
    for target in re.findall(r"\]\(([^)#]+)\)", text.partition("### Sources")[2]):
        web = re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", target)
        assert web or (lesson.NOTEBOOKS / target).exists(), (
            f"write the address in *Sources* in full, `https://…`: {target}"
        )


@every_lesson
def test_answers_are_folded_and_close(name):
    for cell in words(name):
        assert cell.source.count("<details>") == cell.source.count("</details>"), (
            f"close every <details> of cell {cell.id} with </details>"
        )


@every_taught_lesson
def test_the_beginning_of_a_lesson(name):
    first = words(name)[0].source
    for part in ("**After this lesson you can ", "You will be able to\n\n", " minutes"):
        assert part in first, f"write {part.strip()!r} into the first cell"
    able = first.partition("You will be able to\n\n")[2].partition("\n\n")[0]
    lines = len(re.findall(r"^- ", able, flags=re.MULTILINE))
    assert lines == ABILITIES, (
        f"write {ABILITIES} lines, each with `- `, under *You will be able to*; there are {lines}"
    )


def read_by_all(name):
    """The cells of a lesson without its *Further* parts."""
    further = False
    for cell in READ[name].cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            further = cell.source.startswith("### Further · ")
        if not further:
            yield cell


def minutes(name):
    """How long a lesson takes, as CONTRIBUTING.md counts."""
    cells = list(read_by_all(name))
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    text = text.partition("### Sources")[0]
    text = re.sub(r"<details><summary>Further.*?</details>", "", text, flags=re.DOTALL)
    asked = sum(each * len(re.findall(what, text)) for what, each in MINUTES.items())
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    prose = re.sub(r"\$\$.*?\$\$", " a formula counts as five ", prose, flags=re.DOTALL)
    prose = re.sub(r"\$.*?\$", " one ", prose)
    prose = re.sub(r"<[^>]+>|[|#*_`]", " ", prose)
    lines = [
        line
        for cell in cells
        if cell.cell_type == "code"
        and not lesson.folded(cell, "source")
        and not cell.id.endswith("-yours")
        for line in re.sub(GUARD, "", cell.source).splitlines()
        if line.strip()
    ]
    read = len(re.findall(r"\w[\w'’.-]*", prose))
    return read / WORDS_A_MINUTE + len(lines) / LINES_A_MINUTE + asked


@every_taught_lesson
def test_the_minutes_are_honest(name):
    counted = minutes(name)
    assert counted <= LONGEST, (
        f"shorten the lesson, or fold a part as *Further*: it takes {counted:.0f} minutes, "
        f"{LONGEST} is the most"
    )
    wanted = f"About {5 * round(counted / 5)} minutes"
    assert wanted in words(name)[0].source, (
        f"write `{wanted}` into the first cell: as CONTRIBUTING.md counts, it takes {counted:.0f}"
    )


@every_lesson
def test_further_parts_are_folded(name):
    cells = READ[name].cells
    for place, cell in enumerate(cells):
        further = cell.source.startswith("### Further · ")
        folded = cell.metadata.get("jp-MarkdownHeadingCollapsed", False)
        assert further == folded, (
            f"begin cell {cell.id} with `### Further · ` and fold it (metadata "
            '`"jp-MarkdownHeadingCollapsed": true`), or do neither'
        )
        if further:
            inside = itertools.takewhile(
                lambda one: not one.source.startswith("#"), cells[place + 1 :]
            )
            for one in inside:
                assert "\nlive(" not in one.source, (
                    f"take the live figure out of *Further*: {one.id}"
                )


def shows(cell):
    """Whether a code cell prints something or shows a picture that does not move."""
    return bool(cell.get("outputs")) and not re.search(r"^live\(", cell.source, re.MULTILINE)


@every_lesson
def test_a_prediction_is_protected(name):
    asked = False  # by the text right above
    for cell in READ[name].cells:
        if cell.cell_type == "markdown":
            asked = "**Predict" in cell.source
            continue
        answers = asked and shows(cell)
        assert lesson.folded(cell) == answers, (
            f"fold the output of cell {cell.id} (metadata "
            '`"jupyter": {"outputs_hidden": true}`): it answers a prediction'
            if answers
            else f"unfold the output of cell {cell.id}: no **Predict** stands above it"
        )


@every_lesson
def test_a_folded_output_does_not_begin_with_the_answer(name):
    """JupyterLab shows the first line of an output that is folded."""
    for cell in code(name):
        if lesson.folded(cell) and cell.outputs:
            first = cell.outputs[0]
            text = first.get("text") or first.get("data", {}).get("text/plain", "")
            line = text.lstrip("\n").partition("\n")[0]
            found = re.search(r"\d|\b(True|False|nan|inf|None)\b", line)
            assert not found, (
                f"let cell {cell.id} print first what follows, as a heading without values: "
                f"JupyterLab shows this line of a folded output: {line!r}"
            )


@every_taught_lesson
def test_the_reader_writes(name):
    ids = [cell.id for cell in READ[name].cells]
    turns = lesson.turns(name)
    assert len(turns) >= TURNS, (
        f"ask the reader for {TURNS} functions or more: cells `name-turn`, `name-yours`, "
        f"`name-tried` and `name-solution`. There are {turns}"
    )
    for turn in turns:
        place = ids.index(f"{turn}-turn")
        four = [f"{turn}-{part}" for part in ("turn", "yours", "tried", "solution")]
        assert ids[place : place + 4] == four, f"put one after the other: {', '.join(four)}"
        asks, yours, tried, solved = (cell.source for cell in READ[name].cells[place : place + 4])
        assert "**Your turn" in asks, f"write `**Your turn.**` into cell {turn}-turn"
        [function] = ast.parse(yours).body
        assert isinstance(function, ast.FunctionDef), f"write one function in {turn}-yours"
        assert ast.get_docstring(function) and len(function.body) == 1, (  # noqa: PT018
            f"leave nothing but the docstring in the function of {turn}-yours"
        )
        assert re.search(rf"compare\(\s*{function.name},", tried), (
            f"let cell {turn}-tried `compare` {function.name}"
        )
        assert re.match(r"<details><summary>Solution</summary>\n\n```python\n", solved), (
            f"fold the solution in {turn}-solution: <details><summary>Solution</summary>, an empty "
            "line, and the code between ```python and ```"
        )
        assert f"def {function.name}(" in solved, f"define {function.name} in {turn}-solution"
        word = re.compile(rf"\b{function.name}\b")
        users = {key for key, code in lesson.cells(name).items() if word.search(code)}
        assert users == set(four[1:3]), (
            f"use {function.name}, which the reader may not have written, nowhere else than in "
            f"{turn}-yours and {turn}-tried; it is in {', '.join(sorted(users - set(four)))}"
        )
    assert lesson.text(name).count("**Your turn") == len(turns)


@every_taught_lesson
def test_the_reader_explains(name):
    sections = re.split(r"^## ", lesson.text(name), flags=re.MULTILINE)[1:]
    for section in sections:
        if re.match(r"\d+ · ", section):
            title = section.partition("\n")[0]
            assert "**Say it" in section, (
                f"ask **Say it** in {title!r}, for a sentence of one's own"
            )


@every_taught_lesson
def test_a_lesson_asks(name):
    predictions = lesson.text(name).count("**Predict")
    assert predictions >= PREDICTIONS, (
        f"ask {PREDICTIONS} questions or more, each begun with `**Predict`; there are {predictions}"
    )


@every_taught_lesson
def test_a_lesson_moves(name):
    figures = sum(len(re.findall(r"^live\(", cell.source, re.MULTILINE)) for cell in code(name))
    assert figures >= FIGURES, f"draw {FIGURES} live figures or more; there are {figures}"
    tasks = lesson.text(name).count("**Drag until**")
    assert tasks >= figures, (
        f"give each live figure a task, `**Drag until** …`: {figures} figures, {tasks} tasks"
    )


@every_taught_lesson
def test_the_end_of_a_lesson(name):
    sections = re.findall(r"^#{2,3} (.*)", lesson.text(name), flags=re.MULTILINE)
    assert sections[-2:] == ["What you have seen", "Sources"], (
        "end with `## What you have seen` and, in the same cell, `### Sources`; "
        f"the last headings are {sections[-2:]}"
    )
    assert "Where this breaks" in sections, "write a section `## Where this breaks`"
    behind = sections[sections.index("Where this breaks") :]
    late = [title for title in behind if re.match(r"\d+ · ", title)]
    assert not late, f"put *Where this breaks* behind the numbered sections: {late} come later"
    last = words(name)[-1].source
    assert "**Next:** [" in last or "This is the last lesson. " in last, (
        "write the line `This is the last lesson. ` before *Sources*, on a line of its own: "
        "`make notebooks` makes of it where the lesson leads"
    )


@every_taught_lesson
def test_what_moves_to_helpers_is_announced_before_it_is_compared(name):
    ids = [cell.id for cell in READ[name].cells]
    if "shared-check" in ids:
        announced = READ[name].cells[ids.index("shared-check") - 1].source
        assert "**From here on**" in announced, (
            "say `**From here on** …` in the cell before `shared-check`"
        )


@every_lesson
@pytest.mark.parametrize(("variant", "instead"), NOTATION)
def test_one_notation(name, variant, instead):
    for cell in words(name):
        found = re.search(variant, cell.source)
        assert not found, f"{instead}: cell {cell.id} has {found[0]!r}"


def test_symbols_occur_in_the_lesson_that_their_table_names():
    table = lesson.cells("00_start_here", "markdown")["symbols"]
    rows = re.findall(r"^\| (\$.+) \| .+ \| ([\d, ]+) \|$", table, flags=re.MULTILINE)
    assert len(rows) > 20
    formulas = {
        name[:2]: " ".join(re.findall(r"\$+(.+?)\$+", lesson.text(name), flags=re.DOTALL))
        for name in TAUGHT
    }
    for symbols, first in rows:
        for symbol in re.findall(r"\$(.+?)\$", symbols):
            if "frac" in symbol:
                symbol = "dJ" if "dJ" in symbol else r"\partial"
            core = symbol.removeprefix("^").removesuffix(r"\cdot\rVert").removesuffix("_k")
            # a letter by itself: not a part of \log or of another word
            alone = rf"(?<![\\a-zA-Z]){re.escape(core)}(?![a-zA-Z])"
            assert re.search(alone, formulas[first[-2:]]), (
                f"correct the table of symbols in lesson 00: {symbol} is not in lesson {first}"
            )


def test_every_lesson_is_on_the_map():
    rows = [row for row in execute.table() if re.match(r"\| \d\d \|", row)]
    names = [re.search(r"notebooks/(\w+)\.ipynb", row)[1] for row in rows]
    missing = sorted(set(lesson.LESSONS) - set(names))
    assert not missing, f"add a line to the table *The lessons* in README.md for {missing}"
    assert names == lesson.LESSONS, (
        "keep the table *The lessons* in README.md in the order of the files, without others: "
        f"it has {names}"
    )
    for row, name in zip(rows, names, strict=True):
        assert row.startswith(f"| {name[:2]} | [{title(name)}]("), (
            f"write number and title of {name} in the table in README.md as in the lesson: {row}"
        )


def title(name):
    return words(name)[0].source.partition("\n")[0].partition(" · ")[2]


@every_lesson
def test_what_follows_from_the_map_is_written(name):
    linked = execute.linked(lesson.stored(name), name, execute.table())
    assert linked == READ[name], "run `make notebooks`: the map in README.md has changed"


def test_the_rules_are_in_the_contributors_guide():
    guide = (lesson.NOTEBOOKS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rules = guide.partition("## What the tests demand")[2]
    for number, unit in [
        (COLUMNS, "columns"), (LINES, "lines"), (KILOBYTES, "KB"), (WORDS, "words"),
        (PREDICTIONS, "questions"), (FIGURES, "live figures"), (ABILITIES, "lines"),
        (60, "frames"), (1, "minute"), (TURNS, "functions"), (LONGEST, "minutes"),
        (WORDS_A_MINUTE, "words"), (LINES_A_MINUTE, "lines"), (1.5, "minutes"),
        *((each, "minute") for each in MINUTES.values() if each != 1.5),
    ]:  # fmt: skip
        assert f"{number} {unit}" in rules, f"write `{number} {unit}` into CONTRIBUTING.md"
    for _, instead in NOTATION:
        for shown in re.findall("`.+?`", instead):
            assert shown in rules, f"write {shown} into CONTRIBUTING.md"


# Single lessons


def test_lesson_01_writes_each_optimizer_in_eight_lines_at_most():
    code = lesson.cells("01_gradient_descent")
    for name in ("sgd", "adagrad", "rmsprop", "adadelta", "adam", "nadam"):
        assert len(code[f"{name}-code"].splitlines()) <= 8


def test_lesson_03_takes_four_lines_forward_and_five_back():
    functions = {
        node.name: node
        for node in ast.parse(lesson.cells("03_backpropagation_by_hand")["xor-code"]).body
        if isinstance(node, ast.FunctionDef)
    }
    for name, lines in (("forward", 4), ("backward", 5)):
        *body, last = functions[name].body
        assert isinstance(last, ast.Return)
        assert len(body) == lines
        assert all(isinstance(line, ast.Assign) for line in body)


@pytest.mark.parametrize(
    "name", ["04_loss_functions", "05_wrapper_and_class", "06_siamese_contrastive_loss"]
)
def test_tensorflow_warns_of_nothing(name):
    """Its warnings differ from machine to machine; a lesson makes many small models on purpose."""
    code = "\n".join(lesson.cells(name).values())
    assert code.index("with quiet():") < code.index("import tensorflow as tf")
    assert 'tf.get_logger().setLevel("ERROR")' in code


def test_lesson_04_shows_figures_before_it_imports_tensorflow():
    code = list(lesson.cells("04_loss_functions").values())
    first = next(k for k, source in enumerate(code) if "import tensorflow as tf" in source)
    assert sum("live(" in source for source in code[:first]) == 3


def test_lesson_00_names_what_is_missing_and_how_to_install_it(monkeypatch, capsys):
    monkeypatch.chdir(lesson.NOTEBOOKS)
    found = importlib.util.find_spec
    absent = {"sklearn", "helpers"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in absent else found(name)
    )
    exec(lesson.cells("00_start_here")["check-run"], {})
    said = capsys.readouterr().out
    assert "Missing: scikit-learn, helpers (the lessons' own package). In a terminal" in said
    assert "pip install -r requirements.txt" in said


def test_lesson_00_names_other_versions_than_the_pinned_ones(monkeypatch, capsys):
    import importlib.metadata

    monkeypatch.chdir(lesson.NOTEBOOKS)
    found = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "1.0" if name == "numpy" else found(name)
    )
    exec(lesson.cells("00_start_here")["check-run"], {})
    said = capsys.readouterr().out
    assert f"Installed, but numpy is 1.0, not {found('numpy')}: outputs may differ." in said
    assert "pip install -r requirements.txt" in said


def test_lesson_00_asks_for_every_pinned_package():
    pins = (lesson.NOTEBOOKS.parent / "requirements.txt").read_text()
    pinned = set(re.findall(r"^([a-z-]+)==", pins, flags=re.MULTILINE))
    asked = set(re.findall(r'": "([a-z-]+)"', lesson.cells("00_start_here")["check-run"]))
    assert pinned - asked == {"jupyterlab"}, "JupyterLab may run from elsewhere"
    assert asked <= pinned
