"""Text and code of students become harmless HTML that looks as in JupyterLab."""

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading import border
from grading.inside import markup
from grading.limits import LIMITS

SOURCES = sorted((Path(__file__).parents[2] / "assignments/source").glob("*/*.ipynb"))
PICTURE = "data:image/png;base64,iVBORw0KGgo="

TEXT = "p h2 h3 h4 h5 h6 em strong del code pre ul ol li blockquote br hr img span"
TABLE = "table thead tbody tr th td"
MATH = (
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup"
    " munder mover munderover mtable mtr mtd"
)
TAGS = set(f"{TEXT} {TABLE} {MATH}".split())
ATTRIBUTES = set(
    "class alt src start display displaystyle stretchy fence separator accent movablelimits largeop"
    " width height depth lspace rspace minsize maxsize linethickness mathsize form scriptlevel"
    " mathvariant".split()
)
CLASSES = {"code", "left", "right", "center", "box", *"cksnbf"}


class Reader(HTMLParser):
    """What a browser would find; fails at what it must not find."""

    def __init__(self, html):
        super().__init__()
        self.open, self.told, self.tags = [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        self.tags.append(tag)
        assert len(dict(attrs)) == len(attrs)
        for name, value in attrs:
            assert name in ATTRIBUTES
            if name == "src":
                assert tag == "img"
                assert re.fullmatch(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]+", value)
            elif name == "class":
                assert value in CLASSES
            elif name == "start":
                assert value.isdigit()
            elif name != "alt":
                assert re.fullmatch(r"-?[a-z0-9.]{1,10}", value)
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.told.append(data)

    def other(self, *_):
        raise AssertionError("something that is neither an element nor text")

    handle_comment = handle_decl = handle_pi = unknown_decl = other


def told(html):
    return "".join(Reader(html).told)


# --- whatever comes --------------------------------------------------------------------------

PIECES = [
    *"$*_`[]()!<>|~#&\\\n\"' {}^=-+1ax",
    *["$$", "**", "```", "~~~", "\n\n", "\n- ", "\n> ", "\n1. ", "\n# ", "\n|-|-|\n", "    "],
    *["<script>", "<img src=x onerror=y>", "<!--", "-->", "<svg/onload=x>", "</code>", "<br>"],
    *["](javascript:a)", "](https://a.b/c)", "![", "](attachment:p)", "[r]: vbscript:x\n"],
    *[
        "&lt;",
        "&#x3c;",
        "&#xF0000;",
        "%F3%B0%80%80",
        "%3Cb%3E",
        "\U000f0000",
        "\x00",
        "\u202e",
        "&#0;",
    ],
    *[r"\begin{cases}", r"\end{cases}", r"\begin{align}", r"\end{align}", "&", r"\\", r"\frac"],
    *[r"\text{", r"\href{javascript:a}{x}", r"\style{position:fixed}{x}", r"\class{a b}{x}"],
    *[r"\unicode{x3c}", r"\color{red}", r"\hspace{99em}", r"\rule{9em}{9em}", r"\verb|<b>|"],
    *[r"\textcolor{a\"b}{x}", r"\raise{9em}{x}", r"\mathbf{", r"\left(", r"\right)", r"\hat"],
]


@settings(max_examples=250, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_whatever_is_typed_is_harmless(source):
    Reader(markup.words(source, {"p": PICTURE}))
    Reader(markup.words(f"${source}$", {}))
    Reader(markup.code(source))
    typed = border.text(source, 1000)
    assert told(markup.code(typed)) == re.sub(r"(?m)^[^\S\n]+$", "", typed)


@pytest.mark.parametrize("source", ["a + b", "%matplotlib inline\n!ls", "<b>\n\n  'x", "\n\nx\n\n"])
def test_code_is_shown_to_the_letter(source):
    assert told(markup.code(source)) == source


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "vbscript:x", "https://a.b/c", "data:text/html,x", "//a.b", "x.html"],
)
@pytest.mark.parametrize("typed", ["[word]({})", "![word]({})", "[word]\n\n[word]: {}"])
def test_a_link_is_text_with_its_address(typed, address):
    html = markup.words(typed.format(address), {})
    assert html == f"<p>word <code>{address}</code></p>\n"


def test_an_address_in_angles_is_told_once():
    assert markup.words("<https://a.b/c>", {}) == "<p><code>https://a.b/c</code></p>\n"


def test_an_address_is_escaped():
    assert markup.words("[a](%3Cb%3E)", {}) == "<p>a <code>&lt;b&gt;</code></p>\n"


def test_one_long_address_is_not_repeated_a_thousand_times():
    source = "[a]: " + "b" * 5000 + "\n\n" + "[a]" * 1600
    assert len(markup.words(source, {})) < 30 * len(source)


def test_a_picture_is_shown_once_and_only_if_it_is_one():
    twice = "![one](attachment:a%20b.png) ![two](attachment:a%20b.png)"
    assert markup.words(twice, {"a b.png": PICTURE}) == (
        f'<p><img src="{PICTURE}" alt="one"> two <code>attachment:a b.png</code></p>\n'
    )
    for other in ("https://a.b/c.png", "data:image/svg+xml;base64,AA", 'data:image/png;base64,"x'):
        assert "<img" not in markup.words("![a](attachment:a)", {"a": other})


@pytest.mark.parametrize(
    "source",
    [
        "a+" + " *" * 50000 + "b",
        r"\begin{a}" * 5000,
        "[" * 10000,
        "![" * 10000,
        "[a](" * 10000,
        ">" * 10000,
        "- a\n" * 5000,
        "`a``" * 2500,
        "$" * 10000,
        "$" + r"\text{a" * 1400 + "$",
        "$" + "{" * 5000 + "}" * 4900 + "$",
        "$" + "x^{" * 3000 + "$",
        "$" + r"\sqrt" * 1900 + "$",
        "$$" + r"\text{a$b$" * 900 + "}$$",
        r"$\mathbf{" + "ab" * 4900 + "}$",
    ],
    ids=lambda source: source[:8],
)
def test_hostile_text_ends_soon(source):
    start = time.process_time()
    Reader(markup.words(source[: LIMITS.words], {}))
    assert time.process_time() - start < 2


@pytest.mark.parametrize("source", [" \n", "\xa0\n", "\n", "a.", "'''", "[", 'f"{'])
def test_hostile_code_ends_soon(source):
    start = time.process_time()
    markup.code((source * LIMITS.source)[: LIMITS.source // 5])
    assert time.process_time() - start < 2


@pytest.mark.parametrize("piece", ["mathml", "convert_to_element"])
@pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyError])
def test_what_fails_is_shown_as_typed(monkeypatch, piece, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(markup, piece, fails)
    assert told(markup.words("<b> $x^2$", {})).strip() == "<b> $x^2$"
    monkeypatch.setattr(markup, "joined", fails)
    assert markup.code("a < b") == '<pre class="code">a &lt; b</pre>'


@pytest.mark.parametrize("depth", [60, 4000])
def test_too_deep_is_shown_as_typed(depth):
    deep = "$" + "{" * depth + "x" + "}" * depth + "$"
    assert told(markup.words(deep, {})).strip() == deep


# --- Markdown --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# a", "<h2>a</h2>"),
        ("###### a", "<h6>a</h6>"),
        ("*a* **b** ~~c~~", "<p><em>a</em> <strong>b</strong> <del>c</del></p>"),
        ("a<br>b <b>c</b>", "<p>a<br>b &lt;b&gt;c&lt;/b&gt;</p>"),
        ("&alpha; &lt;", "<p>α &lt;</p>"),
        ("![*a*](attachment:a)", f'<p><img src="{PICTURE}" alt="a"></p>'),
        (
            '![$\\text{" onerror="alert(1)}$](attachment:a)',
            f'<p><img src="{PICTURE}" alt="&quot;\u00a0onerror=&quot;alert(1)"></p>',
        ),
        ("\U000f0000", "<p>\ufffd</p>"),
        ("```python\na < $b$\n```", "<pre><code>a &lt; $b$\n</code></pre>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        (
            "| a | b |\n|:--|--:|\n| 1 | 2 |",
            '<table>\n<thead>\n<tr><th class="left">a</th><th class="right">b</th></tr>\n</thead>\n'
            '<tbody>\n<tr><td class="left">1</td><td class="right">2</td></tr>\n</tbody>\n</table>',
        ),
    ],
)
def test_markdown(source, html):
    assert markup.words(source, {"a": PICTURE}).strip() == html


# --- formulas --------------------------------------------------------------------------------


def formulas(source):
    return Reader(markup.words(source, {})).tags.count("math")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_all_mathematics_of_the_assignments(path):
    count = 0
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        source = "".join(cell["source"])
        expected = len(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", source, re.S))
        assert formulas(source) == expected
        assert "$" not in told(markup.words(source, {}))
        count += expected
    assert count > 5


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("$x$ and $$y$$", 2),
        ("$ x^2 $", 1),
        ("5 $ and 6 $", 0),
        (r"\$3 and $4, $5", 0),
        ("costs $5 and $6", 0),
        ("costs $5-$6", 0),
        ("$a\n\nb$", 0),
        ("`$x$` $y$", 1),
        ("```\n$x$\n```\n$y$", 1),
        ("```\n$x$\n````\n$y$", 1),
        ("~~~\n$x$\n~~~\n$y$", 1),
        ("```\n$x$", 0),
        ("a ``` $x$", 1),
        ("    $x$", 0),
        ("*a $x*y$ b*", 1),
        ("$x_1$ and $x_2$", 2),
        ("- $|x|$\n\n| $|a|$ | b |\n|---|---|\n| 1 | $2$ |", 3),
        ("text\n$$\na\n- b\n= c\n$$\ntext", 1),
        ("\\begin{align}\na &= b \\\\\n&= c\n\\end{align}", 1),
        (r"\\(x\\) \\[y\\]", 2),
    ],
)
def test_what_is_mathematics(source, count):
    assert formulas(source) == count


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"\hat y", '<mover accent="true"><mi>y</mi><mo>^</mo></mover>'),
        (r"\frac1n", "<mfrac><mn>1</mn><mi>n</mi></mfrac>"),
        (r"\mathbf{ab}", "<mi>𝐚</mi><mi>𝐛</mi>"),
        (r"\mathbb{RZ}", "<mi>ℝ</mi><mi>ℤ</mi>"),
        (r"\boldsymbol{\theta}", "<mi>𝜽</mi>"),
        (r"\text{held\_out}", "<mtext>held_out</mtext>"),
        (r"\text{if $x$ is}", "<mtext>if\xa0</mtext><mrow><mi>x</mi></mrow><mtext>\xa0is</mtext>"),
        (r"2\log x", '<mn>2</mn><mspace width="0.167em"></mspace><mi>log</mi><mspace width'),
        (r"\log(x)", '<mi>log</mi><mo stretchy="false">('),
        (r"a = -b", '<mo>=</mo><mo form="prefix">−</mo>'),
        (r"(a) - b", ")</mo><mo>−</mo>"),
        (r"\max_w", '<munder><mo movablelimits="true" lspace="0" rspace="0">max'),
        (r"a\!b", '<mspace width="-0.167em">'),
        (r"\begin{cases}a & b\end{cases}", '<mtd class="left"><mi>b</mi>'),
        (r"\begin{aligned}a &= b\end{aligned}", '<mtd class="right"><mi>a</mi>'),
        (r"\begin{equation}a\label{eq}\end{equation}", "<mi>a</mi>"),
        (r"\boxed{x}", '<mrow class="box">'),
        (r"\text{<b>} < c", "<mtext>&lt;b&gt;</mtext><mo>&lt;</mo>"),
    ],
    ids=map(str, range(18)),
)
def test_what_mathematics_looks_like(body, expected):
    html = markup.words(f"$${body}$$", {})
    Reader(html)
    assert expected in html


@pytest.mark.parametrize(
    "body",
    [r"\foo", r"\cancel{x}", r"\def\a{bb}\a", r"\newcommand{\a}{b}\a", "a & b", r"\frac"],
)
def test_what_cannot_be_converted_is_code(body):
    typed = f"$${body}$$"
    assert markup.words(f"see {typed}", {}) == (
        f"<p>see <code>{typed.replace('&', '&amp;')}</code></p>\n"
    )


@pytest.mark.parametrize("far", [r"\hspace{999em}", r"\hspace{-9em}", r"\raise{99em}{x}"])
def test_nothing_is_moved_far(far):
    assert not re.search(r"[0-9]em", markup.words(f"${far}$", {}))


# --- style -----------------------------------------------------------------------------------


def brightness(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def test_every_class_can_be_read_on_both_backgrounds():
    light, _, dark = markup.STYLE.partition("@media (prefers-color-scheme: dark)")
    for style, ground in ((light, "#ffffff"), (dark.partition("}\n}")[0], "#111111")):
        colours = dict(re.findall(r"\.(\w) \{ color: (#\w{6});", style))
        assert set(colours) == set("cksnbf")
        for colour in colours.values():
            low, high = sorted([brightness(colour), brightness(ground)])
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_code_is_coloured():
    html = markup.code("def f(x):  # why\n    return print('a', 1)")
    assert set(re.findall('class="(.)"', html)) == set("kfcbsn")
