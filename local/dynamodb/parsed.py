"""moto's expressions, read once.

moto takes each expression apart with every request, an update's four times. They are few, and come
again and again: what changes stands beside them, as names and values.
"""

from collections import deque
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

KEPT = 1024  # expressions

_make = lru_cache(KEPT)(UpdateExpressionParser.make)  # who changes what it gives changes a copy
_lex = ConditionExpressionParser._lex_condition_expression  # noqa: SLF001 - moto offers no other place


def install() -> None:
    """From now on, in this process."""
    UpdateExpressionParser.make = staticmethod(_make)
    ConditionExpressionParser._lex_condition_expression = lex  # noqa: SLF001 - as above
    DepthFirstTraverser.traverse_node_recursively = traverse
    Node.__deepcopy__ = copied


def lex(parser: Any) -> deque[Any]:
    """As moto's own."""
    return deque(lexed(parser.condition_expression))


@lru_cache(KEPT)
def lexed(expression: str) -> tuple[Any, ...]:
    """A condition's words, which nobody changes."""
    return tuple(_lex(ConditionExpressionParser(expression, {}, {})))


def traverse(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """As moto's own, which asks of every node anew what its kind is and whom it concerns."""
    if not is_subclass(type(node), Node):
        return node
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, number)
        traverse(traverser, child, number)
    kinds = _kinds.get(type(traverser))
    if kinds is None:
        kinds = _kinds[type(traverser)] = traverser.nodes_to_be_processed()
    if is_subclass(type(node), kinds):
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


_kinds: dict[type, tuple[type, ...]] = {}
is_subclass: Any = cache(issubclass)


def copied(node: Any, _memo: dict[int, Any]) -> Any:
    """A part of an expression's tree, with all that hangs on it."""
    copy = object.__new__(type(node))
    copy.__dict__.update(node.__dict__)
    if node.children is not None:
        copy.children = [deepcopy(child) for child in node.children]
        for child in copy.children:
            if isinstance(child, Node):
                child.set_parent(copy)
    return copy
