"""The tree of errors that Dongcha raises on purpose.

    DongchaError
    ├── ConfigError      a setting or argument is wrong          (also ValueError)
    ├── DataError        the data cannot be used as asked        (also ValueError)
    │   └── LeakError    a split shares content between its parts
    ├── UnknownName      no such column, method, encoder, …      (also LookupError)
    ├── MissingExtra     an optional part is not installed       (also ImportError)
    ├── StorageError     a file or folder cannot be read/written (also OSError)
    │   └── NewerFormat  it was written by a newer Dongcha
    └── SqlRefused       a query would do more than read         (also PermissionError)

Each message says what happened, to which input, and what to do next.  The command line prints the message alone;
anything that is not a `DongchaError` is a defect of ours and keeps its traceback.  A message may be `Words`, where the
one who reads it has chosen a language.
"""

from dongcha.core.words import Words


class DongchaError(Exception):
    """Everything that Dongcha raises on purpose.

    >>> error = DataError(Words("the file is empty", "文件为空"))
    >>> str(error), error.words.zh
    ('the file is empty', '文件为空')
    """

    def __str__(self) -> str:
        return self.words.en

    @property
    def words(self) -> Words:
        """The message in both languages; in English alone where that is all there is."""
        said = self.args[0] if self.args else ""
        return said if isinstance(said, Words) else Words(str(said), str(said))


class ConfigError(DongchaError, ValueError):
    """A setting or an argument is wrong; the message names it."""


class DataError(DongchaError, ValueError):
    """The data cannot be used for what was asked; the message names the file or column and the way out."""


class LeakError(DataError):
    """Parts of a split share rows or near-duplicates."""


class UnknownName(DongchaError, LookupError):
    """No such column, method, encoder, rule or pattern; the message names the nearest."""


class MissingExtra(DongchaError, ImportError):
    """An optional part is not installed; the message holds the install command."""


class StorageError(DongchaError, OSError):
    """A file or folder cannot be read or written; the message names it."""


class NewerFormat(StorageError):
    """The file or folder was written by a newer version of Dongcha."""


class SqlRefused(DongchaError, PermissionError):
    """The query would do more than read."""
