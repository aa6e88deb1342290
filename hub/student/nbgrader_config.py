"""What nbgrader is told on a student's server: the course, and where its exchange is."""

import os

from nbgrader.auth import JupyterHubAuthPlugin

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = os.environ["COURSE"]
c.Exchange.root = os.environ["EXCHANGE"]
c.Authenticator.plugin_class = JupyterHubAuthPlugin  # who is in the group nbgrader-COURSE
