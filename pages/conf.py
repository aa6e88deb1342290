"""Settings of Sphinx for `make site`; build.py prepares what it reads."""

import re

project = "Losses and gradients, by hand"
html_title = project
author = ""
html_favicon = "static/favicon.svg"
html_show_copyright = False
html_show_sphinx = False

exclude_patterns = ["assignments"]
extensions = ["myst_nb", "sphinx-mathjax-offline"]
nb_execution_mode = "off"  # the outputs are the stored ones
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3

html_context = {"default_mode": "auto"}
html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_css_files = ["live.css", "page.css"]
html_js_files = [("live.js", {"defer": ""}), ("page.js", {"defer": ""})]


def fold(app, pagename, templatename, context, doctree):
    """Show the code of a cell at first, unless it only draws; name what a folded output is."""
    if "body" in context:
        context["body"] = re.sub(
            r'(<div class="cell (?!tag_drawing)[^"]*">\s*'
            r'<details class="admonition hide above-input")',
            r"\1 open",
            context["body"],
        )
        context["body"] = re.sub(
            r'(<details class="admonition hide below-input">.*?</summary>)',
            lambda prompts: re.sub("the (drawing )?code", "what it prints", prompts[0]),
            context["body"],
            flags=re.DOTALL,
        )


def setup(app):
    app.connect("html-page-context", fold)
