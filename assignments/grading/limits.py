"""Every limit of grading, in one place. The table in README.md shows the same numbers."""

from dataclasses import dataclass, replace

KILO, MEGA, GIGA = 10**3, 10**6, 10**9


@dataclass(frozen=True)
class Limits:
    """How much of everything one submission may take.

    Sizes are in bytes, lengths of text in characters, times in seconds.
    """

    # what is handed in
    file: int = 20 * MEGA  # a notebook
    files: int = 1_000  # in a student's folder, or in an archive
    unpacked: int = 100 * MEGA  # an archive, unpacked
    depth: int = 8  # folders in folders
    students: int = 100  # a class's archive may hold so many times the files of a student
    longest: int = 1_000  # the name of a file in an archive; no system makes longer ones
    name: int = 60  # the name of a student
    cells: int = 300
    source: int = 100 * KILO  # a cell of code
    words: int = 10 * KILO  # a cell of text
    sources: int = MEGA  # all cells
    pictures: int = 3 * MEGA  # pasted into text, altogether
    pixels: int = 25 * MEGA  # of one picture

    # what runs
    seconds: float = 20  # a cell, or a hidden test
    altogether: float = 120  # wall time of all that runs
    processor: float = 240  # processor time of all processes
    memory: int = 4 * GIGA  # of all processes
    addresses: int = 8 * GIGA  # of one process: TensorFlow alone asks for more than 2 GB
    disk: int = 100 * MEGA  # the folder it may write; /tmp and /dev/shm have half of it each
    entries: int = 5_000  # files and folders in these
    written: int = 50 * MEGA  # one file
    opened: int = 256  # files open in one process
    descriptors: int = 1_000  # in all processes
    processes: int = 100
    threads: int = 500  # of all processes
    attempts: int = 6  # new processes, when a cell or test has ended the one before

    # what comes back
    report: int = 20 * MEGA  # everything the processes send
    message: int = 8 * MEGA  # one answer
    printed: int = 10 * KILO  # kept of what a cell prints
    outputs: int = 20  # kept of a cell
    notes: int = 6  # on a cell
    note: int = 200  # the length of one

    # a class
    overtime: float = 1800  # spent on cells and tests that do not end; then they are put off
    patience: float = 2  # from then on, for a cell or a hidden test

    def for_seconds(self, seconds):
        """The limits of an assignment whose cells may take `seconds`: TensorFlow takes long."""
        more = max(1, seconds / self.seconds)
        return replace(
            self,
            seconds=seconds,
            altogether=self.altogether * more,
            processor=self.processor * more,
            patience=self.patience * more,
        )


LIMITS = Limits()
