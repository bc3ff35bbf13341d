"""Holds the size rules: modules under 300 lines, functions of at most 50, nine in ten of them under 25."""

import ast
import sys
from pathlib import Path

MODULE_LINES = 300
FUNCTION_LINES = 50
USUAL_LINES = 25
USUAL_SHARE = 0.9


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def main() -> int:
    """Prints what is too long; 1 when something is."""
    problems: list[str] = []
    lengths: list[int] = []
    for path in sorted(Path("src").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        lines = source.count("\n")
        if lines > MODULE_LINES:
            problems.append(f"{path}: {lines} lines, at most {MODULE_LINES}")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = body_lines(node)
                lengths.append(length)
                if length > FUNCTION_LINES:
                    problems.append(f"{path}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}")
    share = sum(length <= USUAL_LINES for length in lengths) / max(1, len(lengths))
    if share < USUAL_SHARE:
        problems.append(
            f"only {share:.0%} of functions have at most {USUAL_LINES} lines, at least {USUAL_SHARE:.0%} must"
        )
    print(*problems, sep="\n")
    median = sorted(lengths)[len(lengths) // 2] if lengths else 0
    print(f"{len(lengths)} functions, median {median} lines, {share:.1%} within {USUAL_LINES}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
