"""Is a forbidden function used? Decided by what the code of a task calls, before any of it runs.

1. Each cell becomes units: statements of the notebook's own level, with the names that they bind,
   change and load. A `Scope` knows what a name may stand for.
2. `Meanings` tells which dotted path of an import an expression may be: after
   `L = keras.losses.LogCosh`, `L` is "keras.losses.LogCosh" and `L()` "keras.losses.LogCosh()".
3. From the names that a task asks for, `reached` follows what the units load. What is not
   reached, such as a comparison with the library in a cell of tests, does not count.

What stays undecided is told to the teacher and costs no points. Not seen are modules that the
student writes, and what a function of the student does to its arguments.
"""

import ast
import builtins
import copy
import re
import warnings

CLASS, FUNCTION, UNKNOWN = MARKERS = ("its own class", "its own function", "?")  # else: a path
MANY, DEEP, LONG = 20, 100, 200  # meanings, aliases of aliases, letters of a path: else unknown
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LEAVES = (ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)

RUNS = ("time", "timeit", "capture", "prun", "run")  # magics that run code in the notebook
_CODE, _OPTIONS = "|".join(RUNS[:-1]), r"(?:[ \t]+-\w+(?:[ \t]+\d+)?)*(?![^ \t\n])"
CODE_CELL = re.compile(rf"\s*%%({_CODE})\b{_OPTIONS}(.*)")
CODE_LINE = re.compile(rf"([ \t]*(?:[\w., \t]+=[ \t]*)?)%(?:{_CODE})\b{_OPTIONS}[ \t]*(.*)")
SPECIAL = re.compile(r"[ \t]*(?:[%!?,;/]|[\w., \t]+=[ \t]*[%!])|.*\?[ \t]*$")
MAGIC = re.compile(r"[%!?]|^[ \t>.]*[,;/]", re.MULTILINE)  # perhaps

LOOKUP = re.compile(r"(.+\.(?:activations|layers|losses|metrics))\.(?:get|deserialize)")
HIDES = re.compile(
    r"builtins\.(eval|exec|compile|__import__|getattr|vars|globals|locals)|.+\.__dict__"
    r"|importlib\.\w+|operator\.(attrgetter|methodcaller)|IPython\..*(\.run_\w+|\.ex|\.ev)"
    r"|.+\.__getattribute__|inspect\.getattr_static|pkgutil\.resolve_name|pydoc\.locate"
    r"|pickle\.loads?"
)
BINDS = re.compile(r"calls (exec|ex|run_\w+)")  # can bind any name
QUIET = ("builtins", "matplotlib")  # texts in their calls mean nothing


def forbidden(cells, tasks, without):
    """What the code of each task uses and should not.

    Parameters
    ----------
    cells : list of dict
        Each with "kind", "source", "grade_id" and "locked". The answer of a task has the task as
        its grade_id; its visible checks, if there are any, have "-check" behind it.
    tasks : list of str
    without : dict of str to list of str
        Names that the code of a task may not use.

    Returns
    -------
    dict
        "used": task to names; "unsure": task to what a teacher should look at, such as "calls
        eval"; "unread": places in `cells`, from 0, of code that could not be read.
    """
    names = {name for task in tasks for name in without.get(task, ())}
    notebook, units, unread = {}, [], []
    for place, cell in enumerate(cells):
        if cell["kind"] == "code":
            try:
                units += [Unit(one, cell, notebook) for one in statements(parsed(cell["source"]))]
            except (SyntaxError, ValueError, RuntimeError, MemoryError):
                unread.append(place)
    meanings = Meanings(notebook)
    for unit in units:  # from the inside out: then no look-up is deep
        for node, scope in reversed(unit.nodes):
            meanings.of(node, scope)
    own = [unit for unit in units if not unit.locked]
    for unit in own:
        unit.complete(meanings, names)
    told = {"used": {}, "unsure": {}}
    for task in tasks:
        wanted = {None, *without.get(task, ())}  # None: code that hides what it calls
        if len(wanted) == 1:
            continue
        reach = reached(asked(task, units, own), own)
        for unit in own:
            for kind, name, words in unit.found if unit in reach else unit.anyway:
                if name in wanted:
                    told[kind].setdefault(task, {})[words] = None  # once
    lists = {kind: {task: list(words) for task, words in told[kind].items()} for kind in told}
    return {**lists, "unread": unread}


def asked(task, units, own):
    """The names a task asks for: those that its checks load, else those that its answer binds."""
    checks = [unit.loads for unit in units if unit.locked and unit.grade_id == f"{task}-check"]
    defined = set().union(*(unit.binds for unit in own))
    answer = set().union(*(unit.binds for unit in own if unit.grade_id == task))
    return defined.intersection(set().union(*checks)) or answer


def reached(names, units):
    """The units that bind or change one of the names, or a name that such a unit loads."""
    binders = {}
    for unit in units:
        for name in unit.binds | unit.changes:
            binders.setdefault(name, []).append(unit)
    todo, reach = list(names), set()
    while todo:
        for unit in binders.pop(todo.pop(), ()):
            if unit not in reach:
                reach.add(unit)
                todo.extend(unit.loads)
    return reach


# --- cells become statements -----------------------------------------------------------------


def parsed(source):
    """The tree of a cell; what magics such as %time run counts as code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of "\d" in a text
        try:
            return ast.parse(source)
        except SyntaxError:
            pass
        try:
            return ast.parse(plain(source))
        except SyntaxError:
            # prompts, or all lines indented: IPython knows, but takes long for many magics
            if len(MAGIC.findall(source)) * len(source) > 200_000:
                raise
            return ast.parse(transformed(source))


def plain(source):
    """A cell as Python, line by line."""
    while match := CODE_CELL.match(source):
        first = "" if match[1] == "capture" else match[2].strip()
        source = first + source[match.end() :]
    if source.lstrip().startswith("%%"):
        return transformed(source)
    lines, begun = [], ""
    for line in source.split("\n"):
        line, begun = begun + line, ""
        if not SPECIAL.match(line):
            lines.append(line)
        elif line.endswith("\\"):
            begun = line[:-1]
        elif match := CODE_LINE.fullmatch(line):
            lines.append(match[1] + (match[2] or "None"))
        else:
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(indent + transformed(line.strip()).strip())
    return "\n".join(lines)


def transformed(source):
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def statements(tree):
    """The statements of the notebook's level; an `if` or a `with` is taken apart."""
    todo = tree.body[::-1]
    while todo:
        node = todo.pop()
        if not isinstance(node, DEFINITIONS):
            blocks = {block: getattr(node, block) for block in BLOCKS if hasattr(node, block)}
            node = copy.copy(node)
            for block, inner in reversed(blocks.items()):
                todo.extend(reversed(inner))
                setattr(node, block, [])
        yield node


# --- what a statement binds, changes and loads -----------------------------------------------


class Scope:
    """The names of the notebook, a function, a class or a comprehension.

    Each has a list of what it may stand for: a path, a marker, or an expression with its scope.
    """

    def __init__(self, outer=None, kind="notebook"):
        self.outer, self.kind, self.names, self.elsewhere = outer, kind, {}, {}

    def bind(self, name, value=UNKNOWN):
        self.elsewhere.get(name, self).names.setdefault(name, []).append(value)

    def find(self, name):
        """The scope that has the name, or the notebook's: a method does not see its class."""
        scope = self
        while scope.outer and (
            name not in scope.names or (scope.kind == "class" and scope is not self)
        ):
            scope = scope.outer
        return scope

    def around(self, *kinds):
        """The nearest scope that is none of these kinds."""
        return self.outer.around(*kinds) if self.kind in kinds else self


class Unit:
    """A statement of the notebook's level."""

    def __init__(self, tree, cell, notebook):
        self.locked, self.grade_id = cell["locked"], cell["grade_id"]
        self.tree, self.nodes, self.stores, self.methods = tree, [], [], []
        top = Scope()
        todo = [(tree, top)]
        while todo:
            node, scope = todo.pop()
            self.nodes.append((node, scope))
            todo.extend(reversed(self.enter(node, scope)))
        self.binds = set(top.names)
        self.loads = {
            node.id
            for node, scope in self.nodes
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and scope.find(node.id) is top
        }
        for name, values in top.names.items():
            notebook.setdefault(name, []).extend(values)
        top.names = notebook

    def enter(self, node, scope):
        """Bind what a node binds; the nodes inside it, each with its scope."""
        inner, outside, inside = scope, [], None
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                inner, given = Scope(scope, "function"), node.args
                decorators = getattr(node, "decorator_list", [])
                bound = scope.kind == "class" and not any(
                    getattr(one, "id", "") == "staticmethod" for one in decorators
                )
                names = [*given.posonlyargs, *given.args, *given.kwonlyargs]
                for place, one in enumerate([*names, given.vararg, given.kwarg]):
                    if one:
                        inner.bind(one.arg, CLASS if bound and place == 0 else UNKNOWN)
                outside = [*decorators, *given.defaults, *filter(None, given.kw_defaults)]
                inside = node.body if isinstance(node.body, list) else [node.body]
                if not isinstance(node, ast.Lambda):
                    scope.bind(node.name, FUNCTION)
            case ast.ClassDef(name=name):
                inner, inside = Scope(scope, "class"), node.body
                outside = [*node.decorator_list, *node.bases, *node.keywords]
                scope.bind(name, CLASS)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = Scope(scope, "comprehension")
                first, *others = node.generators
                outside = [first.iter]
                inside = [first.target, *first.ifs, *others]
                inside += [getattr(node, at) for at in ("elt", "key", "value") if hasattr(node, at)]
            case ast.Import(names=names):
                for one in names:
                    first = one.name.partition(".")[0]
                    scope.bind(one.asname or first, one.name if one.asname else first)
            case ast.ImportFrom(module=module, names=names):
                for one in names:
                    path = f"{module}.{one.name}" if one.name != "*" else module
                    scope.bind(one.asname or one.name, path or UNKNOWN)
            case ast.Global(names=names):
                top = scope.around("function", "class", "comprehension")
                scope.elsewhere.update(dict.fromkeys(names, top))
            case ast.Nonlocal(names=names):
                scope.elsewhere.update((name, scope.outer.find(name)) for name in names)
            case ast.Assign(targets=targets, value=value):
                inside = [value, *(one for one in targets if not isinstance(one, ast.Name))]
                for one in targets:
                    if isinstance(one, ast.Name):
                        scope.bind(one.id, (value, scope))
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                inside = [value] if value else []
                scope.bind(name, (value, scope) if value else UNKNOWN)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                inside = [value]
                scope.around("comprehension").bind(name, (value, scope))
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                scope.bind(name)
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                self.stores.append((root(node), scope))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=value))):
                self.methods.append((root(value), scope))
            case ast.Call(func=ast.Name(id="setattr"), args=[value, *_]):
                self.stores.append((root(value), scope))
        if inside is None:
            inside = [one for one in ast.iter_child_nodes(node) if not isinstance(one, LEAVES)]
        return [(one, scope) for one in outside] + [(one, inner) for one in inside]

    def complete(self, meanings, names):
        """Add what needs the whole notebook: what is changed, and what is found."""
        self.changes = {
            node.id
            for node, scope in self.stores + self.methods
            if isinstance(node, ast.Name)
            and scope.find(node.id).outer is None
            and not meanings.imported(node, scope)
        }
        self.found = list(meanings.findings(self, names))
        self.anyway = []  # counts where it is not reached, too
        if not isinstance(self.tree, DEFINITIONS):
            self.anyway += [one for one in self.found if BINDS.fullmatch(one[2])]
        if any(meanings.imported(*pair) for pair in self.stores):
            self.anyway += [
                ("unsure", name, f"puts {name} in the place of another function")
                for kind, name, _ in self.found
                if kind == "used"
            ]


def root(node):
    """The leftmost expression of `a.b[c].d()`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


# --- what an expression may be ---------------------------------------------------------------


class Meanings:
    """The paths and markers of expressions; `notebook` has the names of all cells."""

    def __init__(self, notebook):
        self.notebook, self.known = notebook, {}

    def of(self, node, scope, depth=0):
        """A set of paths and markers."""
        key = id(node)
        if isinstance(node, ast.Name):
            key = (id(scope.find(node.id).names), node.id)
        if key not in self.known:
            self.known[key] = {UNKNOWN}  # as long as it is looked for: it may be made of itself
            found = self.look(node, scope, depth + 1) if depth < DEEP else {UNKNOWN}
            found = {path if len(path) < LONG else UNKNOWN for path in found}
            self.known[key] = found if len(found) <= MANY else {UNKNOWN}
        return self.known[key]

    def look(self, node, scope, depth):
        if taken := self.member(node, scope, depth):
            value, name = taken
            found = self.of(value, scope, depth)
            return {UNKNOWN if one in MARKERS else f"{one}.{name}" for one in found}
        match node:
            case ast.Constant():
                return set()  # None as long as nothing better is known
            case ast.NamedExpr(value=value):
                return self.of(value, scope, depth)
            case ast.Name(id=name):
                values = scope.find(name).names.get(name)
                if values is None:
                    if hasattr(builtins, name):
                        return {f"builtins.{name}"}
                    if name == "get_ipython":
                        return {"IPython.get_ipython"}
                    stars = {f"{module}.{name}" for module in self.notebook.get("*", ())}
                    return stars or {UNKNOWN}
                found = set()
                for value in values:
                    found |= {value} if isinstance(value, str) else self.of(*value, depth)
                return found
            case ast.Call(func=func, args=args):
                found = set()
                for path in self.of(func, scope, depth):
                    if (by_name := LOOKUP.fullmatch(path)) and args and is_text(args[0]):
                        found.add(f"{by_name[1]}.{args[0].value}")
                    elif path == CLASS:
                        found.add(CLASS)
                    else:
                        found.add(UNKNOWN if path in MARKERS else f"{path}()")
                return found
        return {UNKNOWN}

    def member(self, node, scope, depth=0):
        """The object and the name, where code takes something out of an object by its name."""
        match node:
            case ast.Attribute(value=value, attr=name):
                return value, name
            case ast.Call(func=func, args=[value, ast.Constant(value=str(name)), *_]):
                return (value, name) if "builtins.getattr" in self.of(func, scope, depth) else None
            case ast.Subscript(value=ast.Attribute(value=value, attr="__dict__"), slice=key):
                return (value, key.value) if is_text(key) else None
            case ast.Subscript(value=ast.Call(func=func, args=[value]), slice=key):
                plain = is_text(key) and "builtins.vars" in self.of(func, scope, depth)
                return (value, key.value) if plain else None
        return None

    def imported(self, node, scope):
        """Whether it may be something imported, not only what a call of it gave."""
        return any(one not in MARKERS and "()" not in one for one in self.of(node, scope))

    def findings(self, unit, names):
        """What a unit has in it: ("used" or "unsure", name or None, words)."""
        settled = set()  # getattr and others, where it is clear what they give
        for node, scope in unit.nodes:
            if isinstance(node, ast.MatchClass) and set(node.kwd_attrs) & set(names):
                yield "unsure", None, "takes an attribute apart with match"
            if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                continue
            if isinstance(node, ast.Call):
                yield from self.call(node, scope, names, settled)
            taken = self.member(node, scope)
            if taken and not isinstance(node, ast.Attribute):
                way = node.func if isinstance(node, ast.Call) else node.value
                settled.update((id(way), id(getattr(way, "func", None))))
            if taken or isinstance(node, ast.Name):
                found = self.of(node, scope)
                hits = list(self.named(found, names))
                yield from hits
                for path in sorted(filter(HIDES.fullmatch, found)):
                    if id(node) not in settled:
                        yield "unsure", None, f"calls {path.rpartition('.')[2]}"
            if taken and taken[1] in names and not hits:
                found = self.of(taken[0], scope)
                if UNKNOWN in found or any("()" in one for one in found):
                    yield "unsure", taken[1], f"uses {taken[1]} of something that was not followed"

    def named(self, found, names):
        """Forbidden names among the meanings of an expression."""
        for path in sorted(found):
            name = path.rpartition(".")[2]
            if path in MARKERS or "()" in path or name not in names or "." not in path:
                continue
            if found.isdisjoint(MARKERS):
                yield "used", name, name
            else:
                yield "unsure", name, f"uses {name}, which the notebook imports and also defines"

    def call(self, node, scope, names, settled):
        """What the call itself shows, beside the name of what is called."""
        found = self.of(node.func, scope)
        if isinstance(node.func, ast.Call):  # keras.losses.get("log_cosh")(…)
            yield from self.named(found, names)
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if values and is_text(values[0]) and values[0].value not in RUNS:
            if any(one.endswith(("run_line_magic", "run_cell_magic")) for one in found):
                settled.add(id(node.func))
        for one in list(values):
            if isinstance(one, ast.List | ast.Tuple | ast.Set):
                values += one.elts
            elif isinstance(one, ast.Dict):
                values += one.values
        texts = {one.value for one in values if is_text(one)} & names
        for path in sorted(found):
            if path in MARKERS or path.partition(".")[0] in QUIET:
                continue
            for text in sorted(texts):
                yield "unsure", text, f"names {text!r} in a call of {path}"
            if LOOKUP.fullmatch(path) and values and not isinstance(values[0], ast.Constant):
                yield "unsure", None, f"calls {path} with a name that is made while it runs"


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
