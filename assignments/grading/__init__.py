"""Builds the student versions of the assignments and grades what students hand in.

The line: collect → run → judge → record → give_back. `border` is where untrusted data becomes
plain; `grade` walks along the line.
"""

COURSE = "losses_by_hand"
