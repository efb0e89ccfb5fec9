"""The commands of a shell script, and what is around them: loops, conditions, functions.

It is read leniently: of a script only the way to its prun commands matters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..text.shell_lexer import tokenize
from ..text.shell_tokens import Literal, NotUnderstood, Operator, ShellToken, ShellWord
from .statements import (
    Branches,
    CountingLoop,
    ForLoop,
    FunctionDefinition,
    Group,
    Pipeline,
    Script,
    SimpleCommand,
    Statement,
    WhileLoop,
)

_DEEPEST = 40


_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*(?:\[[^\]]*\])?)(\+?)=")
_ENDS = frozenset({"done", "fi", "esac", "then", "else", "elif", "do", "}", "end"})
_SEPARATORS = frozenset({"\n", ";", "&", "&&", "||", ";;", ";&", ";;&"})
_REDIRECTS = frozenset({"<", ">", ">>", ">&", "<&", "&>", "&>>", ">|", "<>", "<<", "<<-", "<<<"})


def parsed(text: str) -> Script:
    """Return the statements of ``text``.

    :raises NotUnderstood: if its quotes or brackets do not match, or it nests too deeply.
    """
    parser = _ScriptParser(tokenize(text))
    statements: list[Statement] = []
    while not parser.at_end:
        statements += parser.script(frozenset())
        parser.skip()  # a word like "done" that ends nothing
    return tuple(statements)


@dataclass
class _ScriptParser:
    tokens: Sequence[ShellToken]
    at: int = 0
    depth: int = field(default=0)

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.tokens)

    def skip(self) -> None:
        self.at += 1

    def _peek(self, ahead: int = 0) -> ShellToken | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def _sign(self, *texts: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return isinstance(token, Operator) and token.text in texts

    def _reserved(self, ahead: int = 0) -> str | None:
        token = self._peek(ahead)
        return token.unquoted if isinstance(token, ShellWord) else None

    def script(self, ends: frozenset[str]) -> Script:
        """Statements up to one of the reserved words ``ends``, or ``)``; it is left there."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstood("it is nested too deeply")
        found: list[Statement] = []
        while not self.at_end:
            token = self._peek()
            if isinstance(token, Operator) and token.text in _SEPARATORS:
                self.skip()
            elif self._sign(")") or (self._reserved() in (ends or _ENDS)):
                break
            else:
                before = self.at
                found += self._pipe()
                if self.at == before:  # nothing that a statement begins with
                    self.skip()
        self.depth -= 1
        return tuple(found)

    def _pipe(self) -> list[Statement]:
        if self._reserved() == "!":
            self.skip()
        commands = self._statement()
        if not self._sign("|", "|&"):
            return commands
        piped = [*commands]
        while self._sign("|", "|&"):
            self.skip()
            while self._sign("\n"):
                self.skip()
            piped += self._statement()
        return [Pipeline(tuple(piped))] if piped else []

    def _statement(self) -> list[Statement]:
        word = self._reserved()
        if word == "for":
            return [self._for()]
        if word == "foreach" and self._sign("(", ahead=2):
            return [self._foreach()]
        if word in ("while", "until"):
            return [self._while()]
        if word == "if":
            return [self._if()]
        if word == "case":
            return [self._case()]
        if word == "{":
            self.skip()
            body = self.script(frozenset({"}"}))
            self._leave("}")
            return [Group(body)]
        if self._sign("("):
            self.skip()
            body = self.script(frozenset({")"}))
            if self._sign(")"):
                self.skip()
            self._redirections()
            return [Group(body)]
        if word == "function" or (word and self._sign("(", ahead=1) and self._sign(")", ahead=2)):
            return self._function()
        return self._simple()

    def _leave(self, word: str) -> ShellWord | None:
        """Leave the end of a statement behind; return the file on its standard input."""
        if self._reserved() == word:
            self.skip()
        return self._redirections()

    def _redirections(self) -> ShellWord | None:
        reads: ShellWord | None = None
        while isinstance(token := self._peek(), Operator) and token.text in _REDIRECTS:
            target = self._peek(1)
            self.at += 2 if isinstance(target, ShellWord) else 1
            if token.text == "<" and isinstance(target, ShellWord):
                reads = target
        return reads

    def _body(self) -> tuple[Script, ShellWord | None]:
        self.script(frozenset({"do", "{"}))
        if self._reserved() == "{":
            return tuple(self._statement()), None
        self.skip()
        body = self.script(frozenset({"done"}))
        return body, self._leave("done")

    def _for(self) -> Statement:
        self.skip()
        if self._sign("("):
            return self._counting()
        name = self._reserved() or "_"
        self.skip()
        while self._sign("\n"):
            self.skip()
        items: tuple[ShellWord, ...] | None = None
        if self._reserved() == "in":
            self.skip()
            items = self._words()
        body, _ = self._body()
        return ForLoop(name, items, body)

    def _words(self) -> tuple[ShellWord, ...]:
        words: list[ShellWord] = []
        while isinstance(token := self._peek(), ShellWord):
            words.append(token)
            self.skip()
        return tuple(words)

    def _counting(self) -> Statement:
        """``((a; b; c))``, whose tokens are put together again."""
        parts: list[str] = []
        depth = 0
        while not self.at_end:
            token = self._peek()
            assert token is not None
            self.skip()
            depth += {"(": 1, ")": -1}.get(token.text, 0) if isinstance(token, Operator) else 0
            if depth == 0:
                break
            parts.append(token.text if isinstance(token, Operator) else token.spelled)
        body, _ = self._body()
        return CountingLoop(" ".join(parts).replace("(", "").replace(")", ""), body)

    def _foreach(self) -> Statement:
        name = self._reserved(1) or "_"
        self.at += 3
        items = self._words()
        if self._sign(")"):
            self.skip()
        body = self.script(frozenset({"end"}))
        self._leave("end")
        return ForLoop(name, items, body)

    def _while(self) -> Statement:
        self.skip()
        condition = self.script(frozenset({"do"}))
        body, reads = self._body()
        return WhileLoop(condition, body, reads)

    def _if(self) -> Statement:
        branches: list[Script] = []
        while self._reserved() in ("if", "elif", "else"):
            word = self._reserved()
            self.skip()
            if word != "else":
                branches.append(self.script(frozenset({"then"})))
                self.skip()
            branches.append(self.script(frozenset({"elif", "else", "fi"})))
        self._leave("fi")
        return Branches(tuple(branches))

    def _case(self) -> Statement:
        branches: list[Script] = []
        while not self.at_end and self._reserved() != "in":
            self.skip()
        self.skip()
        while not self.at_end and self._reserved() != "esac":
            while not self.at_end and not self._sign(")") and self._reserved() != "esac":
                self.skip()  # a pattern
            if self._sign(")"):
                self.skip()
            branches.append(self._branch())
        self._leave("esac")
        return Branches(tuple(branches))

    def _branch(self) -> Script:
        found: list[Statement] = []
        while not self.at_end and self._reserved() != "esac" and not self._sign(";;", ";&", ";;&"):
            if isinstance(token := self._peek(), Operator) and token.text in _SEPARATORS:
                self.skip()
                continue
            before = self.at
            found += self._pipe()
            if self.at == before:
                self.skip()
        return tuple(found)

    def _function(self) -> list[Statement]:
        if self._reserved() == "function":
            self.skip()
        name = self._reserved() or "_"
        self.skip()
        while self._sign("(", ")", "\n"):
            self.skip()
        return [FunctionDefinition(name, tuple(self._statement()))]

    def _simple(self) -> list[Statement]:
        assignments: list[tuple[str, ShellWord]] = []
        words: list[ShellWord] = []
        reads: ShellWord | None = None
        token = self._peek()
        line = token.line if token else 0
        while (token := self._peek()) is not None:
            if isinstance(token, Operator):
                if token.text not in _REDIRECTS:
                    break
                reads = self._redirections() or reads
                continue
            self.skip()
            found = None if words else assignment(token)
            if found is None:
                words.append(token)
            else:
                assignments.append(found)
        if not words and not assignments:
            return []
        return [SimpleCommand(tuple(assignments), tuple(words), reads, line)]


def assignment(word: ShellWord) -> tuple[str, ShellWord] | None:
    """``NAME=`` or ``NAME+=`` and its value, if ``word`` is one."""
    first = word.segments[0] if word.segments else None
    if not isinstance(first, Literal) or first.quoted:
        return None
    match = _ASSIGNMENT.match(first.text)
    if match is None:
        return None
    rest = first.text[match.end() :]
    segments = (Literal(rest, False), *word.segments[1:]) if rest else word.segments[1:]
    return match[1] + match[2], ShellWord(segments, word.line)
