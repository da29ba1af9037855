"""What an entry point stands on: our own modules and others' packages, found by reading imports.

Imports inside functions count, those for type checkers don't. Nothing is executed.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = frozenset({"core", "functions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`modules` are ours by dotted name, packages' own `__init__` among them."""

    modules: frozenset[str]
    packages: frozenset[str]


@cache
def reach(entry: str) -> Reach:
    """All that importing this module may lead to."""
    modules: set[str] = set()
    packages: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in modules:
            continue
        modules.add(name)
        parent = name.rpartition(".")[0]
        for found in (*imports(name), *([parent] if parent else ())):
            if found.partition(".")[0] not in OURS:
                packages.add(found.partition(".")[0])
            elif path_of(found).is_file():
                waiting.append(found)
            else:  # a name that a module has, not a module
                waiting.append(found.rpartition(".")[0])
    return Reach(modules=frozenset(modules), packages=frozenset(packages))


def path_of(module: str) -> Path:
    """The file of one of our modules; it may not exist."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def imports(module: str) -> tuple[str, ...]:
    """What the module imports, by dotted names; `from a import b` may mean `a.b`."""
    tree = ast.parse(path_of(module).read_bytes())
    names: list[str] = []
    for node in walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            ours = node.module.partition(".")[0] in OURS
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names if ours]
    return tuple(names)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node, except what only type checkers read."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from walk(child)
