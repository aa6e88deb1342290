"""Settings of the course, for `make assignments`, `make grade` and the formgrader alike."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from grading import COURSE  # noqa: E402
from grading.record import OnlyMakeGrade  # noqa: E402

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = COURSE
c.CourseDirectory.root = str(HERE)
# A file for one grader; README.md says how to move to PostgreSQL for several.
c.CourseDirectory.db_url = os.environ.get("GRADEBOOK", f"sqlite:///{HERE / 'gradebook.db'}")

# Where students of a JupyterHub fetch and submit: see hub/README.md. A trial has one of its own.
TRIAL = HERE.parent / ".hub/exchange"
c.Exchange.root = os.environ.get(
    "EXCHANGE", str(TRIAL) if TRIAL.exists() else "/srv/losses-by-hand/exchange"
)

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# nbgrader's own `Execute` would run students' code unprotected, with the deciding tests in reach.
c.Autograde.autograde_preprocessors = [OnlyMakeGrade]
