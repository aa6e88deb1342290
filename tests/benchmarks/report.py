"""Markdown tables, as every benchmark prints them; to import this finds the whole project."""

import statistics
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("tests", "assignments", "hub", ".")]


def table(title, columns, rows, note=""):
    """Print a section with a table: the first column names the row, the others are numbers."""
    print(f"## {title}\n")
    if note:
        print(textwrap.fill(note, 100) + "\n")
    rows = [[str(entry) for entry in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, None, *rows):
        if row is None:
            entries = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        else:
            entries = [row[0].ljust(widths[0])]
            entries += [entry.rjust(w) for entry, w in zip(row[1:], widths[1:], strict=True)]
        print(f"| {' | '.join(entries)} |")
    print(flush=True)


def p95(times):
    return statistics.quantiles(times, n=20, method="inclusive")[-1]
