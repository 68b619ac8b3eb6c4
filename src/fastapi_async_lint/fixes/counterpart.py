"""A blocking call → its asynchronous counterpart, where the catalog says how and the text allows it.

``u.file.read()`` → ``await u.read()``; ``p.read_text()`` → ``await anyio.Path(p).read_text()``; ``r = requests.get(u)`` →
``r = await client.get(u)`` where the file keeps a client for all requests.
"""

from __future__ import annotations

import ast

import libcst as cst

from fastapi_async_lint.diagnostics import Applicability, Counterpart, Diagnostic
from fastapi_async_lint.fixes import imports
from fastapi_async_lint.fixes.refusals import no_await_here, no_moving
from fastapi_async_lint.fixes.result import Proposal, awaited, refused
from fastapi_async_lint.fixes.site import CallSite, TextEdit

_FORMS: dict[str, tuple[type[cst.CSTNode], ...]] = {
    "number": (cst.Integer, cst.Float),
    "name": (cst.Name, cst.Attribute),
    "string": (cst.SimpleString, cst.FormattedString),
    "dict": (cst.Dict,),
    "tuple": (cst.Tuple,),
}


def propose(site: CallSite, diagnostic: Diagnostic) -> Proposal | None:
    """For a direct call that the catalog has a rewriting for. None where its arguments or its use do not allow it."""
    entry = diagnostic.remedy.counterpart
    call = site.node
    if entry is None or not isinstance(call, cst.Call) or no_moving(site) or not isinstance(call.func, cst.Attribute):
        return None
    if not _fits(call, entry):
        return None
    if not entry.available:
        return refused(f"{entry.to} would do, but the project does not use that package")
    reason = no_await_here(site) or diagnostic.remedy.no_await
    if reason:
        return refused(f"The asynchronous counterpart cannot stand here: {reason}")
    return {"owner": _owner, "wrap": _wrapped, "client": _client}[entry.how](site, entry)


def _fits(call: cst.Call, entry: Counterpart) -> bool:
    """Whether the counterpart takes all of the arguments."""
    keywords, forms = dict(entry.keywords), dict(entry.forms)
    positional = 0
    for arg in call.args:
        if arg.star:
            return False
        if arg.keyword is None:
            positional += 1
            continue
        wanted = forms.get(arg.keyword.value)
        kinds = tuple(kind for form in wanted or () for kind in _FORMS[form])
        if arg.keyword.value not in keywords or (wanted and not isinstance(arg.value, kinds)):
            return False
    return positional <= entry.positional


def _owner(site: CallSite, entry: Counterpart) -> Proposal | None:
    """The method belongs to the owner of the attribute as well."""
    method = site.call.func
    assert isinstance(method, cst.Attribute)
    inner = method.value
    if not isinstance(inner, cst.Attribute) or (entry.results == () and not isinstance(site.parent, cst.Expr)):
        return None
    _, owner_end = site.source.tree.span(inner.value)
    _, inner_end = site.source.tree.span(inner)
    if inner.value.rpar or inner.rpar:
        return None
    name = f"{inner.attr.value}.{method.attr.value}"
    edit = TextEdit(owner_end, inner_end, "")
    return awaited(site, [edit], (), Applicability.UNSAFE, f"Await `{method.attr.value}()` instead of `{name}()`")


def _wrapped(site: CallSite, entry: Counterpart) -> Proposal | None:
    """The receiver becomes an instance of the asynchronous class."""
    method = site.call.func
    assert isinstance(method, cst.Attribute)
    package, _, name = entry.to.rpartition(".")
    imported = imports.module(site, package)
    if imported is None:
        return None
    wrapper = f"{imported.name}.{name}"
    receiver = method.value
    start, end = site.source.tree.span(receiver)
    if isinstance(receiver, cst.Call) and _is_class(site, receiver.func, name):
        function_start, function_end = site.source.tree.span(receiver.func)
        edits = [TextEdit(function_start, function_end, wrapper)]
    elif receiver.lpar:
        edits = [TextEdit(start - 1, start, f"{wrapper}(")] if site.source.text[start - 1] == "(" else []
    else:
        edits = [TextEdit(start, start, f"{wrapper}("), TextEdit(end, end, ")")]
    message = f"Replace with `await {wrapper}(…).{method.attr.value}(…)`"
    return awaited(site, edits, (imported,), Applicability.UNSAFE, message) if edits else None


def _is_class(site: CallSite, node: cst.BaseExpression, name: str) -> bool:
    """Whether the expression is the synchronous class of the same name, called."""
    last = node.value if isinstance(node, cst.Name) else node.attr.value if isinstance(node, cst.Attribute) else ""
    return last == name and not node.lpar and not site.source.bound_names & {name}


def _client(site: CallSite, entry: Counterpart) -> Proposal | None:
    """A client that the file keeps makes the request instead."""
    if not _result_is_shared(site, entry) or _asks_for_errors(site, entry):
        return None
    client = _kept_client(site, entry)
    if client is None:
        return refused(
            f"{entry.to} would do with one client kept for all requests, but this file has none; making one each time takes long"
        )
    start, end = site.source.tree.span(site.call.func)
    edits = [TextEdit(start, end, f"{client}.{_method(site)}")]
    keywords = dict(entry.keywords)
    for arg in site.call.args:
        if arg.keyword is not None:
            edits.append(TextEdit(*site.source.tree.span(arg.keyword), keywords[arg.keyword.value]))
    given = {keywords[arg.keyword.value] for arg in site.call.args if arg.keyword is not None}
    added = ", ".join(f"{key}={value}" for key, value in entry.adds if key not in given)
    if added:
        edits.append(_last_argument(site, added))
    changed = [edit for edit in edits if site.source.text[edit.start : edit.end] != edit.content]
    message = f"Replace with `await {client}.{_method(site)}(…)`: {entry.note}"
    return awaited(site, changed, (), Applicability.UNSAFE, message)


def _last_argument(site: CallSite, added: str) -> TextEdit:
    """More arguments behind the last, on a line of their own where the last is on one."""
    call, text = site.call, site.source.text
    if not call.args:
        return TextEdit(site.end - 1, site.end - 1, added)
    last = call.args[-1]
    end = site.source.tree.span(last)[1]
    comma = isinstance(last.comma, cst.Comma)
    line = text[site.source.lines.line_start(end) : end]
    own = not line.lstrip().startswith(text[site.start : site.start + 4]) and "\n" in text[site.start : end]
    indent = line[: len(line) - len(line.lstrip())]
    if comma:
        at = text.index(",", end) + 1
        return TextEdit(at, at, f"{site.source.newline}{indent}{added}," if own else f" {added},")
    return TextEdit(end, end, f",{site.source.newline}{indent}{added}" if own else f", {added}")


def _kept_client(site: CallSite, entry: Counterpart) -> str | None:
    """A variable of the module that holds an instance of the asynchronous class, made once for good."""
    package, _, name = entry.to.rpartition(".")
    tree = site.source.syntax
    imported = {entry.to}
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ImportFrom) and node.module == package:
            imported.update(alias.asname or alias.name for alias in node.names if alias.name == name)
        elif isinstance(node, ast.Import):
            imported.update(f"{alias.asname}.{name}" for alias in node.names if alias.name == package and alias.asname)
    near = site.source.bound_around(site.start)
    for statement in tree.body if tree else ():
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        else:
            continue
        value = statement.value
        made = isinstance(value, ast.Call) and ast.unparse(value.func) in imported
        if made and isinstance(target, ast.Name) and target.id not in near:
            return target.id
    return None


def _result_is_shared(site: CallSite, entry: Counterpart) -> bool:
    """Whether all that is done with the result can be done with the counterpart's."""
    parent = site.parent
    if isinstance(parent, cst.Expr):
        return True
    if isinstance(parent, cst.Attribute) and parent.value is site.node:
        return entry.results is None or parent.attr.value in entry.results
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        target, function = parent.targets[0].target, _function(site)
        return isinstance(target, cst.Name) and function is not None and _only_shared(function, target.value, entry)
    return False


def _method(site: CallSite) -> str:
    function = site.call.func
    assert isinstance(function, cst.Attribute)
    return function.attr.value


def _function(site: CallSite) -> ast.AsyncFunctionDef | None:
    row = site.source.lines.row(site.start)
    found: ast.AsyncFunctionDef | None = None
    for node in ast.walk(site.source.syntax) if site.source.syntax else ():
        if isinstance(node, ast.AsyncFunctionDef) and node.lineno <= row <= (node.end_lineno or 0):
            found = node
    return found


def _only_shared(function: ast.AsyncFunctionDef, name: str, entry: Counterpart) -> bool:
    """Whether the function uses the result in no way that the counterpart's result does not know."""
    known: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            if isinstance(node.ctx, ast.Load) and (entry.results is None or node.attr in entry.results):
                known.add(id(node.value))
        elif isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return False
    loads = (n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name)
    return all(isinstance(n.ctx, ast.Store) or id(n) in known for n in loads)


def _asks_for_errors(site: CallSite, entry: Counterpart) -> bool:
    """Whether a handler around names an exception of a package whose exceptions are not raised any more."""
    for ancestor, child in site.outwards():
        if isinstance(ancestor, cst.FunctionDef):
            return False
        if isinstance(ancestor, cst.Try) and child is ancestor.body:
            for handler in ancestor.handlers:
                if handler.type is not None and _names(handler.type) & _of_packages(site, entry.errors):
                    return True
    return False


def _names(node: cst.CSTNode) -> set[str]:
    pending, found = [node], set()
    while pending:
        current = pending.pop()
        if isinstance(current, cst.Name):
            found.add(current.value)
        pending.extend(current.children)
    return found


def _of_packages(site: CallSite, packages: tuple[str, ...]) -> set[str]:
    """The names that the file imports from the packages, and the packages themselves."""
    found: set[str] = set(packages)
    for node in ast.walk(site.source.syntax) if site.source.syntax else ():
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in packages:
            found.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(
                alias.asname for alias in node.names if alias.asname and alias.name.partition(".")[0] in packages
            )
    return found
