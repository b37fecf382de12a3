"""A person labels: keys of a terminal or lines of a file become labels, until there is nothing left or they quit."""

import sys
from dataclasses import dataclass

from rich.console import Console

from dongcha.cli import asked, keys
from dongcha.core.errors import ConfigError
from dongcha.core.words import Lang, Words
from dongcha.loop.audit import Audit
from dongcha.loop.label import Labelling

QUIT, SKIP, UNDO, NEW, INFO, HELP = "q", "s", "u", "n", "i", "?"
WORDS = {":quit": QUIT, ":skip": SKIP, ":undo": UNDO}


@dataclass(slots=True)
class Session:
    """A labelling and the one who is asked."""

    found: Labelling | Audit
    console: Console
    lang: Lang
    typed: str = ""  # digits so far, where a class has several
    said: bool = False  # whether it was told that the answers have settled

    def run(self, *, quiet: bool) -> None:
        """At a terminal by keys, else from lines."""
        if sys.stdin.isatty():
            self.at_terminal()
        else:
            self.from_lines(quiet=quiet)

    def at_terminal(self) -> None:
        """Ask key by key until there is nothing left or the person quits."""
        with keys.single_keys():
            asked.tell(self.console, asked.HELP, self.lang)
            while (row := self.found.queue.next()) is not None:
                asked.ask(self.console, self.found, row, self.lang)
                if not self._answered(row):
                    return
        asked.tell(self.console, asked.DONE, self.lang)

    def _answered(self, row: int) -> bool:
        """Take keys until the text is done with; False where the person quits."""
        self.typed = ""
        while True:
            found = keys.key()
            if found in (QUIT, keys.END):
                return False
            if found == keys.BACK:
                self.typed = ""
            elif found.isdigit() or (found == keys.ENTER and self.typed):
                if self._number(row, found):
                    return True
            elif self._command(row, found):
                return True

    def _number(self, row: int, found: str) -> bool:
        """A class by its number; where a further digit could follow, Enter ends it."""
        names = self.found.names
        self.typed += "" if found == keys.ENTER else found
        number = int(self.typed)
        if number * 10 <= len(names) and number and found != keys.ENTER:
            return False
        self.typed = ""
        if not 1 <= number <= len(names):
            return False
        self._give(row, names[number - 1])
        return True

    def _command(self, row: int, found: str) -> bool:
        if found == keys.ENTER:
            guess = self.found.queue.guess(row)
            if guess is not None:
                self._give(row, guess[0])
            return guess is not None
        if found == SKIP:
            self.found.skip(row)
            return True
        if found == UNDO:
            return self._undo()
        if found == NEW:
            return self._new(row)
        if found == INFO:
            asked.tell(self.console, asked.expected(self.found.queue.outlook()), self.lang)
        elif found == HELP:
            asked.tell(self.console, asked.HELP, self.lang)
        return False

    def _undo(self) -> bool:
        done = self.found.undo() is not None
        asked.tell(self.console, asked.UNDONE if done else asked.NOTHING, self.lang)
        return done

    def _new(self, row: int) -> bool:
        name = keys.line(asked.NEW.at(self.lang))
        if name is None:
            return False
        try:
            self._give(row, self.found.add(name))
        except ConfigError as error:
            asked.tell(self.console, Words(str(error), str(error)), self.lang)
            return False
        return True

    def _give(self, row: int, name: str) -> None:
        fresh = self.found.give(row, name)
        told = Words(f"→ {name}", f"→ {name}")
        asked.tell(self.console, told, self.lang)
        if fresh and self.found.queue.settled and not self.said:
            self.said = True
            asked.tell(self.console, asked.SETTLED, self.lang)

    def from_lines(self, *, quiet: bool) -> None:
        """One answer a line: a class's name or number, `+name` for a new class, `:skip`, `:undo`, `:quit`.

        Raises `ConfigError` for a line that is none of these; what was answered before it is stored.
        """
        number = 0
        while (row := self.found.queue.next()) is not None:
            if not quiet:
                asked.ask(self.console, self.found, row, self.lang)
            line = sys.stdin.readline()
            number += 1
            if not line or self._line(row, line.strip(), number) == QUIT:
                return

    def _line(self, row: int, line: str, number: int) -> str:
        names = self.found.names
        said = WORDS.get(line, line)
        if line.startswith("+") and line[1:].strip():
            self._give(row, self.found.add(line[1:]))
        elif line in names:
            self._give(row, line)
        elif line.isdecimal() and 1 <= int(line) <= len(names):
            self._give(row, names[int(line) - 1])
        elif said == SKIP:
            self.found.skip(row)
        elif said == UNDO:
            self._undo()
        elif said != QUIT:
            raise ConfigError(
                f"label: line {number}: {line[:60]!r} is no class and no command; a new class is '+NAME', "
                "others are :skip, :undo and :quit; the answers before it are stored"
            )
        return said
