"""Copies the gradebook to another database: `python -m grading.move postgresql://…`."""

import argparse

from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine, func, select

from grading import COURSE, course


def move(old, new):
    """Copy every row of one gradebook into another, empty one.

    Parameters
    ----------
    old, new : str
        Addresses of databases, as SQLAlchemy writes them.

    Returns
    -------
    int
        How many rows.

    Raises
    ------
    ValueError
        If there are rows in the new one. Nothing is copied then.
    """
    with Gradebook(new, COURSE):
        pass  # this makes its tables
    source, target = create_engine(old), create_engine(new)
    tables = [table for table in Base.metadata.sorted_tables if table.name != "course"]
    copied = 0
    # one transaction: either everything arrives or nothing
    with source.connect() as reading, target.begin() as writing:
        for table in tables:
            if writing.execute(select(func.count()).select_from(table)).scalar():
                raise ValueError(f"The new gradebook has rows in {table.name} already.")
        for table in tables:
            rows = [dict(row._mapping) for row in reading.execute(select(table))]
            if rows:
                writing.execute(table.insert(), rows)
            copied += len(rows)
    return copied


def main():
    parser = argparse.ArgumentParser(description="Copy the gradebook to another database.")
    parser.add_argument("new", help="postgresql://user:password@host/name")
    old = f"sqlite:///{course.ROOT / 'gradebook.db'}"
    print(f"{move(old, parser.parse_args().new)} rows copied. Set GRADEBOOK to the new address.")


if __name__ == "__main__":
    main()
