"""The open build, its history and one signal. The first floor with Qt.

Imported before any other use of Qt: PySide6 replaces Python's import function by one that trips over names pydantic
loads late, and slows every later import. So pydantic comes first, and the function is put back afterwards.
"""

import builtins

import pydantic.fields  # noqa: F401

_own_import = builtins.__import__

import PySide6.QtCore  # noqa: E402, F401

builtins.__import__ = _own_import
