"""The words of a model's fields: the docstrings that stand below them in its source."""

import ast
import inspect
from collections.abc import Mapping
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel


def words_of_fields(model: type[BaseModel]) -> Mapping[str, str]:
    """The docstring of each field that has one, those of the models it extends included, each in one line."""
    words: dict[str, str] = {}
    for extended in reversed(model.__mro__):
        if issubclass(extended, BaseModel) and extended is not BaseModel:
            words |= _own_words(extended)
    return words


def _own_words(model: type[BaseModel]) -> Mapping[str, str]:
    (definition,) = ast.parse(dedent(inspect.getsource(model))).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: " ".join(text.split())
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and (text := _text(below))
    }


def _text(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value if isinstance(statement.value.value, str) else ""
    return ""
