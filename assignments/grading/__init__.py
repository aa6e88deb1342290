"""Builds the student versions of the assignments and grades what students hand in."""
