"""Text and code of a student become harmless pieces of HTML.

Only the elements and attributes written in this file can come out: nothing that runs, nothing
that asks the network, nothing to click. A text that cannot be read so is shown as it was typed.
"""

import re
from html import escape, unescape
from unicodedata import lookup, name
from urllib.parse import unquote

import mistune
from latex2mathml.converter import convert_to_element
from mistune.plugins.formatting import strikethrough
from mistune.plugins.table import table
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

# --- code ------------------------------------------------------------------------------------

# kind of token, its class, its colour on white and on #111
COLOURS = [
    (Comment, "c", "#5a6472", "#9aa5b1"),
    (Keyword, "k", "#0b4f9e", "#7fb3ff"),
    (Operator.Word, "k", "#0b4f9e", "#7fb3ff"),
    (String, "s", "#1a6b2f", "#86d69a"),
    (Number, "n", "#8a3b00", "#f0b27a"),
    (Name.Builtin, "b", "#6a2c91", "#cfa4ec"),
    (Name.Function, "f", "#8c1d4f", "#f29cc0"),
    (Name.Class, "f", "#8c1d4f", "#f29cc0"),
    (Name.Decorator, "f", "#8c1d4f", "#f29cc0"),
]


def rules(shade):
    """The rules of style for one of the two backgrounds; a class may be named twice."""
    return "\n".join(dict.fromkeys(f".{row[1]} {{ color: {row[shade]}; }}" for row in COLOURS))


STYLE = f"""{rules(2)}
@media (prefers-color-scheme: dark) {{
{rules(3)}
}}
math {{ font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", math; }}
.left {{ text-align: left; }}
.right {{ text-align: right; }}
.center {{ text-align: center; }}
mtd.right {{ padding-right: 0; }}
mtd.right + mtd.left {{ padding-left: 0; }}
.box {{ border: 1px solid; padding: 0.2em; }}
"""


def code(source):
    """Python code, coloured.

    Parameters
    ----------
    source : str

    Returns
    -------
    str
        HTML: a `pre` with the classes of `STYLE`.
    """
    try:
        # lines of spaces only: thousands of them would cost the lexer minutes
        bare = re.sub(r"^[^\S\n]+$", "", source, flags=re.M)
        # not IPython's lexer, which takes minutes for more kinds of hostile code
        lexer = PythonLexer(stripnl=False, ensurenl=False)
        inside = "".join(
            coloured(kind, piece) for kind, piece in joined(lexer.get_tokens(bare)) if piece
        )
    except Exception:  # whatever goes wrong with hostile text, the text itself can be shown
        inside = escape(source)
    return f'<pre class="code">{inside}</pre>'


def joined(tokens):
    """Classes and texts; neighbours of the same class are one, so that pages stay small."""
    last, pieces = None, []
    for token, piece in tokens:
        kind = next((row[1] for row in COLOURS if token in row[0]), None)
        if kind != last:
            yield last, "".join(pieces)
            last, pieces = kind, []
        pieces.append(piece)
    yield last, "".join(pieces)


def coloured(kind, piece):
    piece = escape(piece)
    return f'<span class="{kind}">{piece}</span>' if kind else piece


# --- text ------------------------------------------------------------------------------------

# While Markdown is read, a character that nobody uses stands for each formula.
FIRST = 0xF0000
UNUSED = re.compile("[\U000f0000-\U000fffff]")
SHOWN = 200  # characters of an address
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]+")


def words(source, pictures):
    """Markdown with formulas as HTML.

    Parameters
    ----------
    source : str
    pictures : dict
        Name of an attachment to an address that holds the picture (`data:image/…`).

    Returns
    -------
    str
        HTML. Headings are one level lower than typed: the page has one `h1`. An attachment is
        shown once. Links and other pictures become text with their address behind it.
    """
    try:
        typed, formulas = without_formulas(UNUSED.sub("\ufffd", source))
        renderer = Harmless(formulas, pictures)
        return mistune.Markdown(renderer, plugins=[table, strikethrough])(typed)
    except Exception:  # whatever goes wrong with hostile text, the text itself can be shown
        return f"<pre>{escape(source)}</pre>\n"


class Harmless(mistune.BaseRenderer):
    """Writes HTML. What has no method here makes the whole text be shown as typed."""

    NAME = "harmless"  # not "html": plugins would add their own methods

    def __init__(self, formulas, pictures):
        super().__init__()
        self.formulas = formulas
        self.left = dict(pictures)

    def render_token(self, token, state):
        if "raw" in token:
            inside = [token["raw"]]
        elif "children" in token:
            inside = [self.render_tokens(token["children"], state)]
        else:
            inside = []
        return self._get_method(token["type"])(*inside, **token.get("attrs", {}))

    def plain(self, typed):
        """Formulas as they were typed, everything escaped."""
        return escape(UNUSED.sub(lambda mark: self.formula(mark)[0], typed))

    def formula(self, mark):
        return self.formulas[ord(mark[0]) - FIRST]

    def address(self, url):
        typed = UNUSED.sub(lambda mark: self.formula(mark)[0], unquote(url))
        return f"<code>{escape(typed[:SHOWN])}{'…' if len(typed) > SHOWN else ''}</code>"

    # in a line

    def text(self, typed):
        # formulas first: an entity may spell the character that stands for one
        html, start = [], 0
        for mark in UNUSED.finditer(typed):
            html += [escape(unescape(typed[start : mark.start()])), mathml(*self.formula(mark))]
            start = mark.end()
        return "".join(html) + escape(unescape(typed[start:]))

    def emphasis(self, html):
        return f"<em>{html}</em>"

    def strong(self, html):
        return f"<strong>{html}</strong>"

    def strikethrough(self, html):
        return f"<del>{html}</del>"

    def codespan(self, typed):
        return f"<code>{self.plain(typed)}</code>"

    def linebreak(self):
        return "<br>\n"

    def softbreak(self):
        return "\n"

    def inline_html(self, typed):
        return "<br>" if re.fullmatch(r"<br\s*/?>", typed, re.I) else self.plain(typed)

    def link(self, html, url, title=None):
        address = self.address(url)
        return address if f"<code>{html}</code>" == address else f"{html} {address}"

    def image(self, html, url, title=None):
        alt = escape(unescape(re.sub("<[^>]*>", "", html)))  # every < of the text is escaped
        if url.startswith("attachment:"):
            name = " ".join(unquote(url.removeprefix("attachment:")).split())
            picture = self.left.pop(name, "")  # once: many copies would fill the disk
            if PICTURE.fullmatch(picture):
                return f'<img src="{picture}" alt="{alt}">'
        return f"{alt} {self.address(url)}"

    # blocks

    def paragraph(self, html):
        return f"<p>{html}</p>\n"

    def heading(self, html, level, **_):
        level = min(int(level) + 1, 6)
        return f"<h{level}>{html}</h{level}>\n"

    def blank_line(self):
        return ""

    def thematic_break(self):
        return "<hr>\n"

    def block_text(self, html):
        return html

    def block_code(self, typed, **_):
        return f"<pre><code>{self.plain(typed)}</code></pre>\n"

    def block_quote(self, html):
        return f"<blockquote>\n{html}</blockquote>\n"

    def block_html(self, typed):
        return f"<p>{self.plain(typed.strip())}</p>\n"

    def list(self, html, ordered, start=1, **_):
        if not ordered:
            return f"<ul>\n{html}</ul>\n"
        return f'<ol start="{int(start)}">\n{html}</ol>\n'

    def list_item(self, html):
        return f"<li>{html}</li>\n"

    def table(self, html):
        return f"<table>\n{html}</table>\n"

    def table_head(self, html):
        return f"<thead>\n<tr>{html}</tr>\n</thead>\n"

    def table_body(self, html):
        return f"<tbody>\n{html}</tbody>\n"

    def table_row(self, html):
        return f"<tr>{html}</tr>\n"

    def table_cell(self, html, align=None, head=False):
        tag = "th" if head else "td"
        side = f' class="{align}"' if align in ("left", "center", "right") else ""
        return f"<{tag}{side}>{html}</{tag}>"


# --- formulas: where they are ----------------------------------------------------------------

# Code first: a $ in it is a $. `\$` is one, too.
MARK = re.compile(r"`+|^ {0,3}~~~+|\\\\[\[(]|\\begin\{([A-Za-z]+\*?)\}|\\.|\$\$?", re.DOTALL | re.M)
DOLLAR = re.compile(r"\\.|\$|\n\s*\n", re.DOTALL)
ENDS = {"$$": "$$", r"\\[": r"\\]", r"\\(": r"\\)"}


def without_formulas(source):
    """The text with one character for each formula, and the formulas.

    JupyterLab takes formulas out before it reads Markdown, so that `_` and `|` in them mean
    nothing else; so does this.

    Returns
    -------
    str, list of (str, str, bool)
        For each formula: as typed, without its marks, whether it stands on a line of its own.
    """
    pieces, formulas, start, position = [], [], 0, 0
    while mark := MARK.search(source, position):
        position = mark.end()
        sign = mark[0]
        if sign[0] == "`":
            line = source[source.rfind("\n", 0, mark.start()) + 1 : mark.start()]
            block = len(sign) >= 3 and not line.strip(" >")
            position = after_code(source, sign, position, block)
            continue
        if sign.lstrip()[:1] == "~":
            end = source.find(f"\n{sign.lstrip()}", position)
            position = len(source) if end < 0 else end + 1 + len(sign.lstrip())
            continue
        if sign == "$":
            end = dollar(source, position)
            body = source[position : end - 1]
        elif sign in ENDS or mark[1]:
            closing = ENDS.get(sign) or f"\\end{{{mark[1]}}}"
            end = source.find(closing, position) + len(closing)
            body = source[position : end - len(closing)]
            if end < position or not body.strip() or re.search(r"\n\s*\n", body):
                continue
            body = source[mark.start() : end] if mark[1] else body
        else:
            continue
        if end:
            pieces += [source[start : mark.start()], chr(FIRST + len(formulas))]
            formulas.append((source[mark.start() : end], body, sign not in ("$", r"\\(")))
            start = position = end
    return "".join(pieces) + source[start:], formulas


def after_code(source, ticks, position, block):
    """Where code in backticks ends; where it began, if it does not end."""
    for run in re.finditer("`+", source[position:]):
        if len(run[0]) == len(ticks) or (block and len(run[0]) > len(ticks)):
            return position + run.end()
    return len(source) if block else position  # a block of code may stay open


def dollar(source, position):
    """Where the formula ends that a single $ has begun; 0 if it is money."""
    end = next((m for m in DOLLAR.finditer(source, position) if m[0][0] != "\\"), None)
    if end is None or end[0] != "$" or end.start() == position:
        return 0
    body = source[position : end.start()]
    # "5 $ and 6 $" is about money, "$ x^2 $" is not, though JupyterLab does not mind the spaces
    if body != body.strip() and not re.search(r"[\\^_]", body):
        return 0
    return 0 if source[end.end() : end.end() + 1].isdigit() else end.end()


# --- formulas: what they look like -----------------------------------------------------------

# What latex2mathml does not know, said with what it knows; numbers of equations are left out.
KNOWN = [
    (re.compile(r"\\(begin|end)\{(?:equation\*?|displaymath|math)\}"), ""),
    (re.compile(r"\\(begin|end)\{(?:align|aligned|split)\}"), r"\\\1{align*}"),
    (re.compile(r"\\(begin|end)\{(?:gather\*?|gathered)\}"), r"\\\1{matrix}"),
    (re.compile(r"\\begin\{eqnarray\*?\}"), r"\\begin{array}{rcl}"),
    (re.compile(r"\\end\{eqnarray\*?\}"), r"\\end{array}"),
    (re.compile(r"\\label\{[^{}]*\}|\\(?:nonumber|notag)\b"), ""),
    (re.compile(r"\\arg\b"), r"\\operatorname{arg}"),
    (re.compile(r"\\not\s*="), r"\\neq "),
    # a formula in a text: `\text{if $x$ is}` becomes `\text{if }x\text{ is}`
    (re.compile(r"(\\text\{[^{}$]*)\$([^{}$]+)\$(?=[^{}$]*\})"), r"\1}{\2}\\text{"),
]
OWN_NAMES = re.compile(r"\\(?:def|newcommand|newenvironment|DeclareMathOperator|let)\b")
LENGTH = re.compile(r"-?0?\.\d{1,4}em|\d(\.\d{1,4})?(em|ex)|\d{1,2}(px|pt)|0")
TRUTH = re.compile("true|false")
ATTRIBUTES = {
    **dict.fromkeys(
        ["displaystyle", "stretchy", "fence", "separator", "accent", "movablelimits", "largeop"],
        TRUTH,
    ),
    **dict.fromkeys(
        ["width", "height", "depth", "lspace", "rspace", "minsize", "maxsize", "linethickness"],
        LENGTH,
    ),
    "mathsize": LENGTH,
    "form": re.compile("prefix|infix|postfix"),
    "scriptlevel": re.compile("[0-2]"),
    "mathvariant": re.compile("normal"),
}
LEAVES = {"mi", "mn", "mo", "mtext", "mspace"}
ELEMENTS = LEAVES | set(
    "math mrow mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup munder mover"
    " munderover mtable mtr mtd".split()
)
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
# what stands below lim and max in a formula of its own line, and behind them in a text
BELOW = {"msub": "munder", "msubsup": "munderover"}
LIMITS = {"lim", "max", "min", "sup", "inf", "argmax", "argmin"}
BARS = {"|", "&#x0007C;", "&#x02016;"}
SIGNS = {"&#x0002B;", "&#x02212;", "&#x000B1;", "&#x02213;"}
CLOSING = BARS | {"&#x00029;", "&#x0005D;", "&#x0007D;", "!"}
# browsers know none of these names
SPACES = {"thin": "0.167em", "medium": "0.222em", "thick": "0.278em"}
THIN = '<mspace width="0.167em"></mspace>'
DEEPEST = 50
# names of letters that Unicode had before it had whole alphabets of them
ALPHABETS = {
    "double-struck": ["DOUBLE-STRUCK"],
    "script": ["SCRIPT"],
    "fraktur": ["FRAKTUR", "BLACK-LETTER"],
    "sans-serif": ["SANS-SERIF"],
    "sans-serif-italic": ["SANS-SERIF ITALIC"],
    "monospace": ["MONOSPACE"],
    "bold": ["BOLD"],
    "italic": ["ITALIC"],
    "bold-italic": ["BOLD ITALIC"],
}


def mathml(typed, body, block):
    """A formula as MathML; in `code`, as typed, if it cannot be converted."""
    try:
        if OWN_NAMES.search(body):  # a few of them can make a text of any length
            raise ValueError("names of its own")
        for pattern, known in KNOWN:
            while (new := pattern.sub(known, body)) != body:
                body = new
        tree = convert_to_element(body, display="block" if block else "inline")
        inside = "".join(element(child) for child in tree)
    except Exception:  # the converter has many kinds of errors
        return f"<code>{escape(typed)}</code>"
    return f'<math display="{"block" if block else "inline"}">{inside}</math>'


def element(node, depth=0):
    """An element of the converter, as text; only what is known to be harmless."""
    if node.tag not in ELEMENTS or depth > DEEPEST:
        raise ValueError("not an element that is written")
    attributes = dict(node.attrib)
    variant = attributes.get("mathvariant")
    if node.tag == "mo" and (operator(node) or node.text in BARS):  # spaces of max are set below
        attributes |= {"lspace": "0", "rspace": "0"}
    tag = node.tag
    if tag in BELOW and node[0].tag == "mo" and node[0].text in LIMITS:
        tag = BELOW[tag]
        node[0].set("movablelimits", "true")
    for key, value in attributes.items():
        if space := re.fullmatch("(negative)?(thin|medium|thick)mathspace", value):
            attributes[key] = ("-" if space[1] else "") + SPACES[space[2]]
    written = "".join(
        f' {key}="{value}"'
        for key, value in attributes.items()
        if key in ATTRIBUTES and ATTRIBUTES[key].fullmatch(value)
    )
    if node.tag == "menclose":
        if attributes.get("notation") != "box":  # no browser draws the others
            raise ValueError("not a line that is drawn")
        tag, written = "mrow", ' class="box"'
    elif attributes.get("columnalign") in ("left", "right"):
        written += f' class="{attributes["columnalign"]}"'
    inside = "" if node.text is None else leaf(node, variant)
    if node.tag not in LEAVES or len(node):
        for before, child in zip([None, *node], node, strict=False):
            if node.tag in ("mrow", "mtd", "mstyle"):
                inside += THIN if apart(before, child) else ""
                if unary(before, child):
                    child.set("form", "prefix")
            inside += element(child, depth + 1)
    return f"<{tag}{written}>{inside}</{tag}>"


def leaf(node, variant):
    """The text of an element: the converter writes characters as `&#x3B1;`."""
    typed = node.text
    if node.tag == "mtext":
        if re.search(r"(?<!\\)\$", typed):
            raise ValueError("a formula inside a text")
        typed = re.sub(r"\\([_%#$&{} ])", r"\1", typed)
    if "\\" in typed or (typed == "&" and node.tag == "mi"):
        raise ValueError("a command that is not known")
    typed = re.sub("&#x([0-9A-Fa-f]{1,6});", lambda found: unescape(found[0]), typed)
    if variant in ALPHABETS:
        typed = "".join(letter(character, ALPHABETS[variant]) for character in typed)
    return escape(typed, quote=False)


def letter(character, alphabets):
    """A letter of another alphabet: browsers no longer know fonts for formulas."""
    plain = re.sub("^LATIN |LETTER ", "", name(character, ""))
    plain = re.sub("^GREEK ", "", plain)
    for alphabet in alphabets:
        for prefix in ("MATHEMATICAL ", ""):
            try:
                return lookup(f"{prefix}{alphabet} {plain}")
            except KeyError:
                pass
    return character


def operator(node):
    """Whether it is a name like log or max, with or without an index."""
    while node.tag in SCRIPTS and len(node):
        node = node[0]
    return node.tag in ("mi", "mo") and len(node.text or "") > 1 and node.text.isalpha()


def apart(before, after):
    """Whether a thin space belongs between two neighbours, as in 2 log x."""
    if before is None or (not operator(before) and not operator(after)):
        return False
    return all(node.tag not in ("mo", "mspace") or operator(node) for node in (before, after))


def unary(before, after):
    """Whether it is the sign of what follows, as in a = -b, with no space behind it."""
    signed = after.tag == "mo" and after.text in SIGNS
    return signed and before is not None and before.tag == "mo" and before.text not in CLOSING
