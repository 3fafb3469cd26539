"""The row conditions of validation rules: pandas queries, of which only a part is taken.

Great Expectations hands a row condition to `DataFrame.query`, which would call whatever a text
names: `@pd.io.common.os.system(…)`, `AETERM.to_csv(…)`. So a text is parsed first, and taken only
when it is made of

- names of columns, texts, numbers, True and False, and lists of these;
- `and`, `or`, `not` (or `&`, `|`, `~`), comparisons (`in` too), `+`, `-`, `*`, `/`, parentheses;
- the methods of a column below, given any of these.
"""

from __future__ import annotations

import ast
import re
import warnings

METHODS = frozenset({"isna", "notna", "abs", "fillna"})
TEXT_METHODS = frozenset(
    {
        "contains",
        "endswith",
        "fullmatch",
        "len",
        "lower",
        "match",
        "slice",
        "startswith",
        "strip",
        "upper",
    }
)
ALLOWED = (
    "names of columns, texts, numbers, lists; and, or, not, comparisons, + - * /, parentheses; "
    f".{'(), .'.join(sorted(METHODS))}(), .str.{'(), .str.'.join(sorted(TEXT_METHODS))}()"
)
MOST_CHARACTERS = 5_000
MOST_LEVELS = 50
# What stands before a variable of the program and around any name in pandas; a comment.
SIGNS = re.compile(r"[@`#]")
COLUMN = re.compile(r"[A-Z][A-Z0-9_]*")
JOINED = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or),
    *(ast.UnaryOp, ast.Not, ast.Invert, ast.USub, ast.UAdd),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitOr),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
    *(ast.List, ast.Tuple, ast.Load),
)


class RowConditionError(ValueError):
    """A text that isn't taken for a row condition; `found` is the part that isn't allowed."""

    def __init__(self, found: str) -> None:
        super().__init__(f"{found} is not allowed in a row condition")
        self.found = found


def find_names(row_condition: str) -> list[str]:
    """Return the names of the columns that a row condition looks at, in its order, each once.

    >>> find_names("AESDTH == 'Y' or AEOUT.notna()")
    ['AESDTH', 'AEOUT']

    Raises
    ------
    RowConditionError
        When it is made of anything else than told above.
    """
    tree = _parse(row_condition)
    in_order = sorted(_checked(tree), key=lambda node: node.col_offset)
    return list(dict.fromkeys(node.id for node in in_order))


def _parse(text: str) -> ast.Expression:
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise RowConditionError(f"what is no text of at most {MOST_CHARACTERS} characters")
    sign = SIGNS.search(text)
    # What pandas takes for the end of a line, too, isn't printable.
    if sign or not text.isprintable():
        raise RowConditionError(f"the sign {sign[0]}" if sign else "a control character")
    try:
        with warnings.catch_warnings():
            # Of escapes that regular expressions have and texts of Python don't.
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        found = fault.msg if isinstance(fault, SyntaxError) else type(fault).__name__
        raise RowConditionError(f"what can't be parsed ({found})") from None


def _checked(node: ast.AST, level: int = 0) -> list[ast.Name]:
    """Return the names in a part of a condition, of which every part within is checked."""
    if level > MOST_LEVELS:
        raise RowConditionError(f"what nests more than {MOST_LEVELS} levels deep")
    if isinstance(node, ast.Name):
        if not COLUMN.fullmatch(node.id):
            raise RowConditionError(f"the name {node.id}")
        return [node]
    if isinstance(node, ast.Call):
        inside = [_owner(node), *node.args]
    elif isinstance(node, ast.Constant):
        inside = _require_plain(node)
    elif not isinstance(node, JOINED) or _is_sum_of_texts(node):
        raise RowConditionError(_shown(node))
    else:
        inside = list(ast.iter_child_nodes(node))
    return [name for part in inside for name in _checked(part, level + 1)]


def _owner(call: ast.Call) -> ast.AST:
    """Return what an allowed method is called of: a column, or what is made of one."""
    method = call.func
    if not call.keywords and isinstance(method, ast.Attribute):
        owner = method.value
        if method.attr in METHODS:
            return owner
        if method.attr in TEXT_METHODS and isinstance(owner, ast.Attribute) and owner.attr == "str":
            return owner.value
    raise RowConditionError(_shown(call))


def _require_plain(constant: ast.Constant) -> list[ast.AST]:
    if not isinstance(constant.value, str | int | float):
        raise RowConditionError(_shown(constant))
    return []


def _is_sum_of_texts(node: ast.AST) -> bool:
    """Whether it joins or repeats a text, which may make one larger than memory."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else ()
    return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides)


def _shown(node: ast.AST) -> str:
    try:
        return ast.unparse(node)[:100] or type(node).__name__
    except RecursionError:
        return type(node).__name__
