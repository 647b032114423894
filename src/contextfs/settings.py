"""Settings: where the value of each row of the table comes from: the environment, the config file, else the default."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import cast

from contextfs.errors import InvalidInput, InvalidSetting, StoreUnusable
from contextfs.settings_table import TABLE, Setting, Value

HIDDEN = "********"
"""What is shown in place of a secret."""
BY_NAME = {row.name: row for row in TABLE}


class Settings:
    """The settings in force, each with where it comes from."""

    def __init__(self, environ: Mapping[str, str] | None = None, *, data_dir: str | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        chosen = data_dir or self._environ.get("CONTEXTFS_DATA_DIR") or str(BY_NAME["data_dir"].default)
        self.data_dir = os.path.abspath(os.path.expanduser(chosen))
        self.path = os.path.join(self.data_dir, "config.toml")
        self._file = _read(self.path)

    def reload(self) -> None:
        """Read the config file again, which another process may have changed."""
        self._file = _read(self.path)

    def __getitem__(self, name: str) -> Value:
        """The value in force."""
        return self.resolve(name)[0]

    def text(self, name: str) -> str:
        """The value of a text setting."""
        return str(self[name])

    def number(self, name: str) -> float:
        """The value of a number setting."""
        return cast("float", self[name])

    def flag(self, name: str) -> bool:
        """The value of a true-or-false setting."""
        return bool(self[name])

    def shown(self, name: str) -> Value:
        """The value in force as a surface may show it: a secret that is set is hidden."""
        value = self[name]
        return HIDDEN if find(name).secret and value else value

    def resolve(self, name: str) -> tuple[Value, str]:
        """The value in force and where it comes from: the variable's name, the file's path or ``default``."""
        row = find(name)
        if name == "data_dir":
            return self.data_dir, row.env if row.env in self._environ else "default"
        if self._environ.get(row.env, "") != "":
            return parse(row, self._environ[row.env], row.env), row.env
        if name in self._file:
            return parse(row, self._file[name], self.path), self.path
        return row.default, "default"

    def set(self, name: str, text: str) -> Value:
        """Check a value and write it to the config file, leaving the rest of the file as it is."""
        row = find(name)
        if name == "data_dir":
            raise InvalidSetting(
                "data_dir cannot be kept in the config file, which lies inside it.",
                hint=f"Set the environment variable {row.env} instead.",
            )
        value = _checked(row, parse(row, text, "the command line"))
        _write(self.path, name, value)
        self._file[name] = value
        return value


def find(name: str) -> Setting:
    """The row of this name; raises InvalidSetting that names the nearest one."""
    if name in BY_NAME:
        return BY_NAME[name]
    from difflib import get_close_matches  # a slow import that only a typing error needs

    near = get_close_matches(name, BY_NAME, 1)
    raise InvalidSetting(
        f"There is no setting {name!r}{f', did you mean {near[0]!r}?' if near else '.'}",
        hint="Show them all with: contextfs config list",
    )


def parse(row: Setting, raw: object, source: str) -> Value:
    """The typed value of a setting; raises InvalidSetting that names the value and where it came from."""
    try:
        value = _typed(row, raw)
    except ValueError:
        raise _refused(row, raw, source, f"a {row.type_name}") from None
    if row.choices and value not in row.choices:
        raise _refused(row, raw, source, "one of " + ", ".join(row.choices))
    if isinstance(value, int | float) and not isinstance(value, bool) and not _within(row, value):
        raise _refused(row, raw, source, f"between {row.lowest} and {row.highest}")
    return value


def _checked(row: Setting, value: Value) -> Value:
    if row.check is None or not isinstance(value, str) or not value:
        return value
    try:
        return row.check(row.name, value)
    except InvalidInput as error:
        raise InvalidSetting(error.message, hint=error.hint) from None


def _within(row: Setting, value: float) -> bool:
    return (row.lowest is None or value >= row.lowest) and (row.highest is None or value <= row.highest)


def _refused(row: Setting, raw: object, source: str, accepted: str) -> InvalidSetting:
    shown = "(hidden)" if row.secret else repr(raw)
    return InvalidSetting(
        f"{row.name} from {source} is {shown}; it must be {accepted}.", hint=f"Default: {row.default!r}"
    )


def _typed(row: Setting, raw: object) -> Value:
    if isinstance(row.default, bool):
        word = str(raw).strip().lower()
        if word not in _TRUE and word not in _FALSE:
            raise ValueError(raw)
        return word in _TRUE
    if isinstance(row.default, str):
        return str(raw).strip()
    return type(row.default)(str(raw))


_TRUE = frozenset(("true", "1", "yes", "on"))
_FALSE = frozenset(("false", "0", "no", "off"))


def _read(path: str) -> dict[str, object]:
    """The config file as dotted names; no file is an empty one."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise StoreUnusable(f"Cannot read {path}: {error.strerror}.") from error
    from contextfs.config_file import values_of  # only where there is a file to read

    return values_of(content, path)


def _write(path: str, name: str, value: Value) -> None:
    """Set one key in the file, in its section, keeping every other line."""
    from contextfs.config_file import with_value  # only setting one needs it

    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        text = ""
    _replace(path, with_value(text, name, value))


def _replace(path: str, text: str) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    try:
        make_private(os.path.dirname(path))
        partial = f"{path}.{os.getpid()}.tmp"
        with open(
            os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise StoreUnusable(f"Cannot write {path}: {error.strerror}.") from error


def make_private(directory: str) -> None:
    """Create a directory that only its owner can enter; an existing one of ours is tightened."""
    os.makedirs(directory, mode=0o700, exist_ok=True)
    if (
        sys.platform != "win32"
        and os.stat(directory).st_mode & 0o077
        and os.stat(directory).st_uid == os.getuid()
    ):
        os.chmod(directory, 0o700)
