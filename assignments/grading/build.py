"""`make assignments`: from the sources with solutions to what students get, in release/."""

from grading import course


def build(root=course.ROOT):
    """Write the student version of every assignment to `root`/release; give their paths."""
    nbgrader = course.api(root)
    for name in course.names():
        course.checked(nbgrader.generate_assignment(name, force=True, create=True))
    return [root / "release" / name / f"{name}.ipynb" for name in course.names()]


if __name__ == "__main__":
    for path in build():
        print(path.relative_to(course.ROOT.parent))
