"""Whatever a class hands in becomes one entry a student, and nothing outside is ever read."""

import os
import signal
import stat
import subprocess
import sys
import time
import unicodedata
import zipfile
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.conftest import packed
from grading import border, collect
from grading.limits import LIMITS

NAME = "01_gradient_descent"
FILE = f"{NAME}.ipynb"
posix = pytest.mark.skipif(sys.platform == "win32", reason="not on Windows")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "class"
    place.mkdir()
    return place


@pytest.fixture
def in_time():
    """Ends a test that hangs."""

    def end(*_):
        raise KeyboardInterrupt("it took more than 20 seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def put(place, path, content=b"{}"):
    """A file in the class's folder, with the folders above it."""
    target = place / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def collected(place, **limits):
    """The entries by student."""
    entries = collect.collect(place, NAME, replace(LIMITS, **limits))
    assert [one.student for one in entries] == sorted({one.student for one in entries})
    return {one.student: one for one in entries}


def only(place, **limits):
    [entry] = collected(place, **limits).values()
    return entry


def class_zip(tmp_path, *names):
    """The zip of a class in which each file holds its own name."""
    return put(tmp_path, "class.zip", packed([(name, name.encode()) for name in names]))


class TestAClass:
    def test_folders_files_and_zips_are_students(self, folder):
        put(folder, f"ada/{FILE}", b"1")
        put(folder, "bob.ipynb", b"2")
        put(folder, "eve.zip", packed([(FILE, b"3")]))
        found = collected(folder)
        assert {name: one.content for name, one in found.items()} == {
            "ada": b"1",
            "bob": b"2",
            "eve": b"3",
        }
        assert found["bob"] == collect.HandedIn("bob", b"2", sha256(b"2").hexdigest(), [], None)

    def test_a_zip_of_them_gives_the_same(self, tmp_path, folder):
        put(folder, f"ada/{FILE}")
        put(folder, "bob.ipynb", b"2")
        put(folder, "eve.zip", packed([(FILE, b"3")]))
        files = [path for path in folder.rglob("*") if path.is_file()]
        content = packed([(str(p.relative_to(folder)), p.read_bytes()) for p in files])
        assert collected(put(tmp_path, "class.zip", content)) == collected(folder)

    @pytest.mark.parametrize(
        "litter",
        [
            "__MACOSX/._ada.ipynb",
            "._ada.ipynb",
            ".DS_Store",
            "Thumbs.db",
            "desktop.ini",
            ".ipynb_checkpoints/x.ipynb",
            "~$ada.docx",
            ".~lock.ada.odt#",
            "__pycache__/x.pyc",
            "grades.xlsx",
            "notes.txt",
        ],
    )
    def test_litter_is_no_student_and_no_notebook(self, tmp_path, folder, litter):
        put(folder, f"ada/{FILE}")
        put(folder, litter)
        put(folder, f"ada/{litter}")
        assert only(folder).student == "ada"
        assert only(folder).content == b"{}"
        assert list(collected(class_zip(tmp_path, f"ada/{FILE}", "bob.ipynb", litter))) == [
            "ada",
            "bob",
        ]

    @pytest.mark.parametrize(
        "file", ["ada.pdf", "ada.docx", "ada.html", "ada.ipynb.html", "ada.py"]
    )
    def test_a_document_is_a_student_without_a_notebook(self, folder, file):
        put(folder, file)
        assert only(folder) == collect.HandedIn("ada", None, "", [], f"no notebook: {file}")

    def test_an_empty_folder_is_a_student_without_a_notebook(self, folder):
        (folder / "ada").mkdir()
        assert only(folder).problem == "no notebook: the folder is empty"

    def test_nothing_at_all_ends_the_run_with_a_sentence(self, folder, tmp_path):
        put(folder, "Thumbs.db")
        with pytest.raises(SystemExit, match=r"No submissions in .*class"):
            collected(folder)
        for place in (put(tmp_path, "x.zip", b"PK"), put(tmp_path, "y.txt")):
            with pytest.raises(SystemExit, match="is not a zip file that can be read"):
                collected(place)
        with pytest.raises(SystemExit, match="neither a folder nor a file"):
            collected(tmp_path / "absent")

    def test_two_submissions_of_one_student_are_a_problem_of_this_one(self, folder):
        put(folder, f"ada/{FILE}")
        put(folder, "ada.ipynb")
        put(folder, "bob.ipynb")
        found = collected(folder)
        assert found["ada"].problem == "two submissions: ada, ada.ipynb; keep one"
        assert found["bob"].problem is None

    def test_a_fault_in_reading_one_student_stays_with_this_one(self, folder, monkeypatch):
        put(folder, "ada.ipynb")
        put(folder, "bob.ipynb")
        real = collect.content_of

        def faulty(place, raws, most):
            if raws == ("ada.ipynb",):
                raise RecursionError("secret")
            return real(place, raws, most)

        monkeypatch.setattr(collect, "content_of", faulty)
        found = collected(folder)
        assert found["ada"].problem == "cannot be read: RecursionError"
        assert found["bob"].content == b"{}"


class TestMoodle:
    def test_folders_old_and_new_and_flat_files(self, tmp_path):
        place = class_zip(
            tmp_path,
            "Ada Lovelace_12345_assignsubmission_file_/x.ipynb",
            "Bob Ray_12346_assignsubmission_file/a/x.ipynb",
            f"Eve de Luca_12347_assignsubmission_file_{FILE}",
        )
        found = collected(place)
        assert {name: one.lms_id for name, one in found.items()} == {
            "Ada Lovelace": "12345",
            "Bob Ray": "12346",
            "Eve de Luca": "12347",
        }
        assert "file was called x.ipynb" in found["Ada Lovelace"].notes[0]
        assert found["Bob Ray"].content.endswith(b"a/x.ipynb")
        assert found["Eve de Luca"].notes == []

    def test_typed_text_counts_only_where_there_is_no_file(self, tmp_path):
        found = collected(
            class_zip(
                tmp_path,
                "Ada_1_assignsubmission_file_/x.ipynb",
                "Ada_1_assignsubmission_onlinetext_/onlinetext.html",
                "Bob_2_assignsubmission_onlinetext_/onlinetext.html",
            )
        )
        assert list(found) == ["Ada", "Bob"]
        assert found["Ada"].problem is None
        assert found["Bob"].problem == "no notebook: only what was typed into Moodle"

    def test_two_with_one_name_are_told_apart_by_number(self, tmp_path):
        found = collected(
            class_zip(
                tmp_path,
                "Ada_12345_assignsubmission_file_/x.ipynb",
                "Ada_67890_assignsubmission_file_/x.ipynb",
            )
        )
        assert list(found) == ["Ada (12345)", "Ada (67890)"]
        assert b"67890" in found["Ada (67890)"].content

    def test_several_flat_files_are_one_student(self, tmp_path):
        place = class_zip(
            tmp_path,
            f"Ada_1_assignsubmission_file_{FILE}",
            "Ada_1_assignsubmission_file_scratch.ipynb",
        )
        assert only(place).content.endswith(FILE.encode())

    def test_an_export_in_a_folder_of_its_own_is_found(self, folder, tmp_path):
        put(folder, f"export/Ada_1_assignsubmission_file_/{FILE}")
        assert only(folder).student == "Ada"
        place = class_zip(tmp_path, f"export/Ada_1_assignsubmission_file_/{FILE}")
        assert only(place).student == "Ada"


class TestCanvas:
    def test_names_numbers_and_lateness(self, tmp_path):
        found = collected(
            class_zip(
                tmp_path,
                "lovelaceada_12345_67890_My file_2_3.ipynb",
                "raybob_LATE_12346_67891_x.ipynb",
                "anon_aB3dE_67892_x.ipynb",
                "LATE_anon_aB3dF_67893_x.ipynb",
            )
        )
        assert {name: one.lms_id for name, one in found.items()} == {
            "lovelaceada": "12345",
            "raybob": "12346",
            "anon_aB3dE": "aB3dE",
            "anon_aB3dF": "aB3dF",
        }
        assert "My file_2_3.ipynb" in found["lovelaceada"].notes[0]
        late = [name for name, one in found.items() if "handed in late" in one.notes]
        assert late == ["anon_aB3dF", "raybob"]

    def test_the_later_upload_counts(self, tmp_path):
        place = class_zip(tmp_path, "ada_1_10_work.ipynb", "ada_1_12_work-2.ipynb")
        assert only(place).content == b"ada_1_12_work-2.ipynb"
        assert only(place).notes == ["work-2.ipynb was graded, not work.ipynb"]

    def test_typed_text_is_no_notebook(self, tmp_path):
        entry = only(class_zip(tmp_path, "ada_LATE_1_text.html"))
        assert (entry.student, entry.lms_id) == ("ada", "1")
        assert entry.problem == "no notebook: only what was typed into Canvas"

    def test_a_students_zip_is_opened(self, tmp_path):
        content = packed([("ada_1_2_work.zip", packed([(f"a/b/{FILE}", b"3")]))])
        assert only(put(tmp_path, "class.zip", content)).content == b"3"


class TestWrapped:
    def test_one_folder_around_the_class_is_taken_off(self, tmp_path):
        for names in (
            (f"all/ada/{FILE}", f"all/bob/{FILE}"),
            ("all/ada.ipynb", "all/bob.ipynb"),
            ("all/ada.zip", "all/bob.zip"),
            ("all/ada_1_2_x.ipynb", "all/bob_LATE_3_4_text.html"),
        ):
            assert list(collected(class_zip(tmp_path, *names))) == ["ada", "bob"]

    def test_a_single_students_folder_is_not(self, tmp_path):
        for names in (
            (f"ada/{FILE}", f"ada/old/{FILE}", "ada/x.ipynb"),
            ("ada/mine.ipynb", "ada/images/x.png"),
            ("ada/work.zip",),
        ):
            assert only(class_zip(tmp_path, *names)).student == "ada"


class TestWhichNotebook:
    def taken(self, folder, **files):
        for name, content in files.items():
            put(folder, f"ada/{name}", content)
        return only(folder)

    def test_the_named_one_is_taken_without_a_word(self, folder):
        entry = self.taken(folder, **{"a.ipynb": b"1", FILE: b"2", f"{NAME} - Copy.ipynb": b"3"})
        assert (entry.content, entry.notes) == (b"2", [])

    def test_the_named_one_goes_before_one_with_another_ending(self, folder):
        entry = self.taken(folder, **{FILE: b"1", f"{FILE}.txt": b"2"})
        assert entry.content == b"1"
        assert entry.notes == [f"{FILE} was graded, not {FILE}.txt"]

    @pytest.mark.parametrize(
        "file", ["mine.ipynb", f"{NAME}.IPYNB", f"{FILE}.txt", f"{FILE}.json", f"{NAME} (1).ipynb"]
    )
    def test_a_single_renamed_one_is_taken_with_a_note(self, folder, file):
        entry = self.taken(folder, **{file: b"1", "more/readme.md": b""})
        assert entry.content == b"1"
        assert entry.notes == [f"the file was called {file}; it was graded as {FILE}"]

    def test_a_page_is_no_notebook(self, folder):
        assert self.taken(folder, **{f"{FILE}.html": b""}).problem == f"no notebook: {FILE}.html"

    def test_two_candidates_are_a_question(self, folder):
        entry = self.taken(folder, **{"a.ipynb": b"1", "b.ipynb": b"2"})
        assert entry.problem == "which notebook is it? a.ipynb, b.ipynb"
        assert entry.content is None

    def test_the_same_content_twice_is_one(self, folder):
        entry = self.taken(folder, **{"a.ipynb": b"1", "b/c.ipynb": b"1"})
        assert entry.content == b"1"

    def test_the_named_one_in_two_folders_is_a_question(self, folder):
        entry = self.taken(folder, **{f"a/{FILE}": b"1", f"b/{FILE}": b"2"})
        assert entry.problem == f"which notebook is it? a/{FILE}, b/{FILE}"

    @pytest.mark.parametrize(
        "files",
        [
            ["x.ipynb", "x (1).ipynb", "x (2).ipynb"],
            ["x (9).ipynb", "x (10).ipynb"],
            ["x.ipynb", "x-1.ipynb"],
            ["x.ipynb", "x_v2.ipynb"],
            ["x_v1.ipynb", "X_V2.ipynb"],
            ["x(1).ipynb", "x(2).ipynb.txt"],
            [FILE, f"{NAME} (1).ipynb"],
            [FILE, f"{NAME}-1.ipynb"],
            ["aaa.ipynb", FILE, f"{NAME}-1.ipynb"],
        ],
    )
    def test_the_highest_number_counts(self, folder, files):
        entry = self.taken(folder, **{file: file.encode() for file in files})
        assert entry.content.decode() == files[-1]
        [note] = entry.notes
        assert note.startswith(f"{files[-1]} was graded, not ")
        assert files[-2] in note

    @pytest.mark.parametrize(
        "files",
        [
            ["hw-1.ipynb", "hw-2.ipynb"],
            ["x.ipynb", "Copy of x.ipynb"],
            ["x.ipynb", "y (1).ipynb"],
            ["x (1).ipynb", "x-1.ipynb", "x.ipynb"],
        ],
    )
    def test_an_order_that_is_not_clear_is_a_question(self, folder, files):
        entry = self.taken(folder, **{file: file.encode() for file in files})
        assert entry.problem.startswith("which notebook is it? ")


@posix
class TestNothingOutside:
    """No link leads anywhere, and nothing blocks."""

    @pytest.fixture
    def outside(self, tmp_path):
        return put(tmp_path, f"outside/{FILE}", b"secret")

    def test_links_at_each_level(self, folder, outside):
        (folder / "ada").symlink_to(outside.parent)
        (folder / "bob.ipynb").symlink_to(outside)
        put(folder, "eve/x.txt")
        (folder / "eve" / FILE).symlink_to(outside)
        put(folder, "tom/x.txt")
        (folder / "tom" / "inner").symlink_to(outside.parent)
        found = collected(folder)
        assert list(found) == ["ada", "bob", "eve", "tom"]
        for entry in found.values():
            assert entry.content is None
            assert "is a link: links are not followed" in entry.problem

    def test_a_link_beside_the_notebook_is_only_noted(self, folder, outside):
        put(folder, f"ada/{FILE}")
        (folder / "ada" / "data").symlink_to(outside.parent)
        assert only(folder).content == b"{}"
        assert only(folder).notes == ["data is a link: links are not followed"]

    @pytest.mark.parametrize("level", [0, 1])
    def test_a_link_that_comes_after_the_look_is_not_followed(self, folder, outside, level):
        """A folder or file is replaced between listing and reading."""
        put(folder, f"ada/{FILE}")
        [top] = collect.folder_tops(folder, LIMITS)
        if level:
            (folder / "ada" / FILE).unlink()
            (folder / "ada" / FILE).symlink_to(outside)
        else:
            (folder / "ada").rename(folder / "eve")
            (folder / "ada").symlink_to(outside.parent)
        with pytest.raises(OSError, match=r"link|directory"):
            top.items[0].read(10)

    def test_links_in_zips(self, tmp_path, folder):
        link = zipfile.ZipInfo(FILE)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        put(folder, "ada.zip", packed([(link, b"/etc/passwd")]))
        entry = only(folder)
        assert entry.content is None
        assert f"{FILE} is a link" in entry.problem
        link.filename = "bob"
        place = put(tmp_path, "class.zip", packed([(link, b"/etc"), (f"eve/{FILE}", b"")]))
        assert "bob is a link" in collected(place)["bob"].problem

    def test_a_pipe_does_not_block(self, folder, in_time):
        os.mkfifo(folder / "ada.ipynb")
        (folder / "bob").mkdir()
        os.mkfifo(folder / "bob" / FILE)
        for entry in collected(folder).values():
            assert "is no ordinary file" in entry.problem
        with pytest.raises(border.Unusable, match="no ordinary file"):
            collect.content_of(folder, ("ada.ipynb",), 10)

    def test_what_may_not_be_read_is_told_without_a_path(self, folder, monkeypatch):
        put(folder, f"ada/{FILE}")
        put(folder, "bob.ipynb")
        real = collect.opened

        def denied(place, raws):
            if raws:
                raise PermissionError(13, "Permission denied", str(place))
            return real(place, raws)

        monkeypatch.setattr(collect, "opened", denied)
        found = collected(folder)
        assert found["ada"].problem == "no notebook: the folder cannot be read: Permission denied"
        assert found["bob"].problem == "cannot be read: Permission denied"

    def test_very_many_folders_in_each_other_cost_nothing(self, folder, monkeypatch, in_time):
        put(folder, f"ada/{FILE}")
        monkeypatch.chdir(folder / "ada")
        for _ in range(1_200):  # Python gives up at 1,000
            os.mkdir("d")
            os.chdir("d")
        monkeypatch.undo()
        try:
            assert only(folder).content == b"{}"
            assert only(folder).notes == ["folders lie more than 8 deep: the rest was left out"]
        finally:
            subprocess.run(["rm", "-rf", folder / "ada"], check=True)

    @pytest.mark.parametrize("path", ["../../", "/etc/", "./a/../", "C:\\x\\"])
    def test_names_that_lead_up_are_only_names(self, folder, tmp_path, path):
        put(folder, "ada.zip", packed([(path + FILE, b"1")]))
        before = sorted(tmp_path.rglob("*"))
        assert (only(folder).content, only(folder).notes) == (b"1", [])
        assert sorted(tmp_path.rglob("*")) == before


class TestAmounts:
    def test_a_large_file_is_refused_and_not_read_on(self, folder):
        put(folder, "ada.ipynb", b"x" * 1_001)
        put(folder, "bob.ipynb", b"x" * 1_000)
        found = collected(folder, file=1_000)
        assert found["ada"].problem == "the file is larger than 0.001 MB"
        assert len(found["bob"].content) == 1_000

    def test_no_more_is_read_than_needed_to_refuse(self, folder, monkeypatch):
        put(folder, "ada.ipynb")
        put(folder, "bob.zip", packed([(FILE, b"")]))
        read = []
        monkeypatch.setattr(collect, "content_of", lambda *asked: read.append(asked[-1]) or b"")
        collected(folder, file=10)
        assert read == [11, 11]

    def test_many_files(self, folder, monkeypatch):
        put(folder, f"ada/{FILE}")
        for number in range(9):
            put(folder, f"bob/{number}.txt")
            put(folder, f"eve/{number}/x.txt")
        seen, real = [], collect.kind
        monkeypatch.setattr(collect, "kind", lambda entry: seen.append(entry) or real(entry))
        found = collected(folder, files=10)
        assert (found["ada"].problem, found["ada"].notes) == (None, [])
        assert "only 10 files and folders were looked at" in found["eve"].problem
        assert found["bob"].problem.startswith("no notebook: 0.txt, 1.txt")
        seen.clear()
        assert "only 3 files" in collected(folder, files=3)["bob"].problem
        assert len(seen) <= 3 + 2 + 4 + 4

    def test_many_files_in_a_zip(self, folder, tmp_path):
        names = [f"ada/{number}.txt" for number in range(4)]
        put(folder, "ada.zip", packed([(name, b"") for name in names]))
        assert only(folder, files=3).problem == "no notebook: ada.zip holds more than 3 files"
        place = class_zip(tmp_path, *names, f"bob/{FILE}")
        found = collected(place, files=3)
        assert "only 3 files" in found["ada"].problem
        assert found["bob"].problem is None
        with zipfile.ZipFile(place) as archive:
            [ada, _] = collect.zip_tops(archive, NAME, replace(LIMITS, files=3))
        assert len(ada.items) == 3
        with pytest.raises(SystemExit, match="holds more than 0 files"):
            collected(place, files=0)

    def test_a_bomb_is_counted_while_it_is_unpacked(self, folder):
        bomb = packed([(FILE, b"\0" * 10**6)])
        assert len(bomb) < 2_000
        put(folder, "ada.zip", bomb)
        entry = only(folder, file=10_000)
        assert entry.problem == "the file is larger than 0.01 MB"
        # the header says that it is small
        put(folder, "ada.zip", bomb.replace((10**6).to_bytes(4, "little"), b"\n\0\0\0"))
        assert only(folder, file=10_000).problem == f"{FILE} is damaged in the zip file"

    def test_many_files_together(self, folder):
        put(folder, "ada.zip", packed([(f"{n}.ipynb", bytes([n]) * 9_000) for n in range(9)]))
        entry = only(folder, file=10_000, unpacked=40_000)
        assert entry.problem == "there is more than 0.04 MB to read"

    def test_zips_in_zips_end_at_the_first(self, folder):
        inner = packed([(FILE, b"{}")])
        put(folder, "ada.zip", packed([("inner.zip", inner)]))
        assert only(folder).problem == "no notebook: ada.zip holds inner.zip"

    def test_notes_are_few_and_short(self, folder):
        put(folder, f"ada/{FILE}")
        for number in range(9):
            (folder / "ada" / f"{number}{'x' * 100}").symlink_to("x")
        entry = only(folder, notes=3, note=50)
        assert [len(note) <= 50 for note in entry.notes] == [True] * 3
        assert entry.notes[-1] == "and 7 more notes"


def newer(raw):
    """A zip that asks for a version of the format which does not exist."""
    at = raw.index(b"PK\x01\x02") + 6
    return raw[:at] + b"\xff" + raw[at + 1 :]


class TestZips:
    def test_a_zip_beside_the_notebook_is_not_opened(self, folder):
        put(folder, f"ada/{FILE}", b"1")
        put(folder, "ada/data.zip", b"broken")
        assert (only(folder).content, only(folder).notes) == (b"1", [])

    def test_a_zip_in_a_students_folder_is(self, folder):
        put(folder, "ada/work.zip", packed([("x/__MACOSX/._a.ipynb", b""), ("mine.ipynb", b"1")]))
        assert only(folder).content == b"1"

    @pytest.mark.parametrize(
        ("method", "change", "told"),
        [
            (zipfile.ZIP_STORED, lambda raw: raw[:40], "not a zip file that can be read"),
            (zipfile.ZIP_STORED, newer, "not a zip file that can be read"),
            (zipfile.ZIP_STORED, lambda raw: b"", "not a zip file that can be read"),
            (zipfile.ZIP_STORED, lambda raw: raw.replace(b"12345", b"99999", 1), "damaged"),
            (zipfile.ZIP_DEFLATED, lambda raw: raw[:53] + b"\xff" * 5 + raw[58:], "damaged"),
            (zipfile.ZIP_LZMA, lambda raw: raw, "packed in a way that is not read here"),
        ],
    )
    def test_broken_ones_are_a_sentence(self, folder, method, change, told):
        raw = packed([(FILE, bytes(range(48, 58)))], method)
        put(folder, "ada.zip", change(raw))
        put(folder, "bob.ipynb")
        found = collected(folder)
        assert told in found["ada"].problem
        assert found["bob"].problem is None

    def test_a_locked_one_is_a_sentence(self, folder):
        raw = bytearray(packed([(FILE, b"1")]))
        for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            raw[raw.index(start) + offset] |= 1
        put(folder, "ada.zip", bytes(raw))
        assert only(folder).problem == f"{FILE} is locked with a password"


class TestNames:
    @pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
    def test_a_folder_with_a_name_in_latin_1(self, folder):
        target = os.fsencode(folder) + b"/M\xfcller"
        os.mkdir(target)
        with open(target + b"/" + os.fsencode(FILE), "wb") as file:
            file.write(b"1")
        entry = only(folder)
        assert (entry.student, entry.content) == ("Müller", b"1")
        assert entry.notes == ["the name is not stored as UTF-8: it was read as Müller"]

    @pytest.mark.parametrize(
        ("raw", "guessed"),
        [("Müller".encode(), False), (b"M\xfcller", True), (b"M\x81ller", True)],
    )
    def test_names_in_zips_without_the_mark_of_utf_8(self, tmp_path, raw, guessed):
        name = b"M" + b"#" * (len(raw) - 5) + b"ller.ipynb"
        content = packed([(name.decode(), b"1")]).replace(name, raw + b".ipynb")
        entry = only(put(tmp_path, "class.zip", content))
        assert entry.student == "Müller"
        assert bool(entry.notes) == guessed

    @pytest.mark.skipif(sys.platform == "darwin", reason="one name for this file system")
    def test_composed_and_decomposed_letters_are_one_student(self, folder):
        put(folder, unicodedata.normalize("NFC", "Zoë.ipynb"))
        put(folder, unicodedata.normalize("NFD", "Zoë.ipynb"))
        assert only(folder).problem.startswith("two submissions: ")

    @posix
    def test_names_that_draw_on_the_terminal_are_plain(self, folder):
        put(folder, "\x1b[2J\n 1 of 9 aaa.ipynb")
        put(folder, "bob/\x1b[2J\n 1 of 9 aaa.ipynb")
        found = collected(folder)
        assert list(found) == ["1 of 9 aaa", "bob"]
        assert found["1 of 9 aaa"].notes == ["the name 1 of 9 aaa was changed to 1 of 9 aaa"]
        [note] = found["bob"].notes
        assert note == f"the file was called 1 of 9 aaa.ipynb; it was graded as {FILE}"

    @posix
    @pytest.mark.parametrize(
        ("name", "student"),
        [
            ("=SUM(A1)", "SUM(A1)"),
            ("@ada", "ada"),
            ("-ada-", "ada"),
            ("a:b*c", "a_b_c"),
            ("con", f"con-{collect.hashed('con')}"),
            ("a\u202eb\u200b", "ab"),
            ("a \u200b b", "a b"),
        ],
    )
    def test_names_are_made_safe_and_told(self, folder, name, student):
        put(folder, f"{name}/{FILE}")
        entry = only(folder)
        assert entry.student == student
        assert any(note.startswith("the name ") for note in entry.notes)

    def test_long_names_that_differ_at_the_end_stay_two(self, folder):
        put(folder, f"{'x' * 70}a.ipynb")
        put(folder, f"{'x' * 70}b.ipynb")
        assert [len(name) for name in collected(folder)] == [60, 60]

    def test_names_that_differ_only_in_case_stay_two(self, tmp_path):
        found = collected(class_zip(tmp_path, "Ada.ipynb", "ada.ipynb", "bob.ipynb"))
        assert len({name.casefold() for name in found}) == 3
        assert found["Ada"].content == b"Ada.ipynb"
        [other] = [one for one in found.values() if one.content == b"ada.ipynb"]
        assert other.notes == [f"another student has the name ada: this one is {other.student}"]

    @given(st.lists(st.text(min_size=1, max_size=90), min_size=1, max_size=4, unique=True))
    def test_any_names_give_safe_and_different_ones(self, names):
        keys = {(name, ""): [] for name in names}
        given = [student for student, _ in collect.named(keys).values()]
        assert len({student.casefold() for student in given}) == len(names)
        for student in given:
            assert 0 < len(student) <= 60
            assert student == border.line(student, 60).strip(" =-@.+")
            assert not set(student) & set('/\\*?[]{}+:"<>|')
            student.encode("utf-8")

    @given(st.binary(min_size=1, max_size=60))
    def test_any_bytes_are_a_name(self, raw):
        name, _ = collect.readable(raw)
        name.encode("utf-8")
        collect.owned(collect.Top(name, False))


def test_a_class_zip_inside_a_folder_is_named_as_what_it_is(tmp_path):
    entries = [f"{name}_1234{k}_assignsubmission_file_x.ipynb" for k, name in enumerate("ab")]
    class_zip(tmp_path, *entries)
    [found] = collect.collect(tmp_path, NAME, LIMITS)
    assert found.problem == "this looks like the zip of a whole class: give it as SUBMISSIONS"


def test_names_that_no_system_makes_are_passed_over_in_time(tmp_path):
    """Marks in the wrong order: putting one such name in order would take seconds."""
    marks = "0" + "\u0301" * 15_000 + "\u0316" * 15_000
    place = class_zip(tmp_path, *(f"{k}{marks}" for k in range(3)), "ada.ipynb")
    start = time.process_time()
    assert list(collected(place)) == ["ada"]
    assert time.process_time() - start < 2
