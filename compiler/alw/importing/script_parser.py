"""Parses a shell script: commands, loops, conditions, functions.

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
    Script,
    ShellPipeline,
    SimpleCommand,
    Statement,
    WhileLoop,
)

_DEEPEST = 40


_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*(?:\[[^\]]*\])?)(\+?)=")
_ENDS = frozenset({"done", "fi", "esac", "then", "else", "elif", "do", "}", "end"})
_SEPARATORS = frozenset({"\n", ";", "&", "&&", "||", ";;", ";&", ";;&"})
_REDIRECTS = frozenset({"<", ">", ">>", ">&", "<&", "&>", "&>>", ">|", "<>", "<<", "<<-", "<<<"})


def parse_script(text: str) -> Script:
    """Return the statements of ``text``.

    :raises NotUnderstood: if its quotes or brackets do not match, or it nests too deeply.
    """
    parser = _ScriptParser(tokenize(text))
    statements: list[Statement] = []
    while not parser.is_at_end:
        statements += parser.parse_until(frozenset())
        parser.skip()  # a word like "done" that ends nothing
    return tuple(statements)


@dataclass
class _ScriptParser:
    tokens: Sequence[ShellToken]
    at: int = 0
    depth: int = field(default=0)

    @property
    def is_at_end(self) -> bool:
        return self.at >= len(self.tokens)

    def skip(self) -> None:
        self.at += 1

    def _peek(self, ahead: int = 0) -> ShellToken | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def _is_operator(self, *texts: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return isinstance(token, Operator) and token.text in texts

    def _peek_reserved(self, ahead: int = 0) -> str | None:
        token = self._peek(ahead)
        return token.unquoted if isinstance(token, ShellWord) else None

    def parse_until(self, ends: frozenset[str]) -> Script:
        """Parse statements up to one of the reserved words ``ends``, or ``)``, exclusive."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstood("it is nested too deeply")
        found: list[Statement] = []
        while not self.is_at_end:
            token = self._peek()
            if isinstance(token, Operator) and token.text in _SEPARATORS:
                self.skip()
            elif self._is_operator(")") or (self._peek_reserved() in (ends or _ENDS)):
                break
            else:
                before = self.at
                found += self._parse_pipeline()
                if self.at == before:  # nothing that a statement begins with
                    self.skip()
        self.depth -= 1
        return tuple(found)

    def _parse_pipeline(self) -> list[Statement]:
        if self._peek_reserved() == "!":
            self.skip()
        commands = self._parse_statement()
        if not self._is_operator("|", "|&"):
            return commands
        piped = [*commands]
        while self._is_operator("|", "|&"):
            self.skip()
            while self._is_operator("\n"):
                self.skip()
            piped += self._parse_statement()
        return [ShellPipeline(tuple(piped))] if piped else []

    def _parse_statement(self) -> list[Statement]:
        word = self._peek_reserved()
        if word == "for":
            return [self._parse_for()]
        if word == "foreach" and self._is_operator("(", ahead=2):
            return [self._parse_foreach()]
        if word in ("while", "until"):
            return [self._parse_while()]
        if word == "if":
            return [self._parse_if()]
        if word == "case":
            return [self._parse_case()]
        if word == "{":
            self.skip()
            body = self.parse_until(frozenset({"}"}))
            self._parse_end("}")
            return [Group(body)]
        if self._is_operator("("):
            self.skip()
            body = self.parse_until(frozenset({")"}))
            if self._is_operator(")"):
                self.skip()
            self._parse_redirections()
            return [Group(body)]
        if word == "function" or (
            word and self._is_operator("(", ahead=1) and self._is_operator(")", ahead=2)
        ):
            return self._parse_function()
        return self._parse_command()

    def _parse_end(self, word: str) -> ShellWord | None:
        """Parse the end of a statement; return the file on its standard input."""
        if self._peek_reserved() == word:
            self.skip()
        return self._parse_redirections()

    def _parse_redirections(self) -> ShellWord | None:
        reads: ShellWord | None = None
        while isinstance(token := self._peek(), Operator) and token.text in _REDIRECTS:
            target = self._peek(1)
            self.at += 2 if isinstance(target, ShellWord) else 1
            if token.text == "<" and isinstance(target, ShellWord):
                reads = target
        return reads

    def _parse_body(self) -> tuple[Script, ShellWord | None]:
        self.parse_until(frozenset({"do", "{"}))
        if self._peek_reserved() == "{":
            return tuple(self._parse_statement()), None
        self.skip()
        body = self.parse_until(frozenset({"done"}))
        return body, self._parse_end("done")

    def _parse_for(self) -> Statement:
        self.skip()
        if self._is_operator("("):
            return self._parse_counting()
        name = self._peek_reserved() or "_"
        self.skip()
        while self._is_operator("\n"):
            self.skip()
        items: tuple[ShellWord, ...] | None = None
        if self._peek_reserved() == "in":
            self.skip()
            items = self._parse_words()
        body, _ = self._parse_body()
        return ForLoop(name, items, body)

    def _parse_words(self) -> tuple[ShellWord, ...]:
        words: list[ShellWord] = []
        while isinstance(token := self._peek(), ShellWord):
            words.append(token)
            self.skip()
        return tuple(words)

    def _parse_counting(self) -> Statement:
        """Parse ``((a; b; c))``, whose tokens are joined again."""
        parts: list[str] = []
        depth = 0
        while not self.is_at_end:
            token = self._peek()
            assert token is not None
            self.skip()
            depth += {"(": 1, ")": -1}.get(token.text, 0) if isinstance(token, Operator) else 0
            if depth == 0:
                break
            parts.append(token.text if isinstance(token, Operator) else token.spelled)
        body, _ = self._parse_body()
        return CountingLoop(" ".join(parts).replace("(", "").replace(")", ""), body)

    def _parse_foreach(self) -> Statement:
        name = self._peek_reserved(1) or "_"
        self.at += 3
        items = self._parse_words()
        if self._is_operator(")"):
            self.skip()
        body = self.parse_until(frozenset({"end"}))
        self._parse_end("end")
        return ForLoop(name, items, body)

    def _parse_while(self) -> Statement:
        self.skip()
        condition = self.parse_until(frozenset({"do"}))
        body, reads = self._parse_body()
        return WhileLoop(condition, body, reads)

    def _parse_if(self) -> Statement:
        branches: list[Script] = []
        while self._peek_reserved() in ("if", "elif", "else"):
            word = self._peek_reserved()
            self.skip()
            if word != "else":
                branches.append(self.parse_until(frozenset({"then"})))
                self.skip()
            branches.append(self.parse_until(frozenset({"elif", "else", "fi"})))
        self._parse_end("fi")
        return Branches(tuple(branches))

    def _parse_case(self) -> Statement:
        branches: list[Script] = []
        while not self.is_at_end and self._peek_reserved() != "in":
            self.skip()
        self.skip()
        while not self.is_at_end and self._peek_reserved() != "esac":
            while (
                not self.is_at_end
                and not self._is_operator(")")
                and self._peek_reserved() != "esac"
            ):
                self.skip()  # a pattern
            if self._is_operator(")"):
                self.skip()
            branches.append(self._parse_branch())
        self._parse_end("esac")
        return Branches(tuple(branches))

    def _parse_branch(self) -> Script:
        found: list[Statement] = []
        while (
            not self.is_at_end
            and self._peek_reserved() != "esac"
            and not self._is_operator(";;", ";&", ";;&")
        ):
            if isinstance(token := self._peek(), Operator) and token.text in _SEPARATORS:
                self.skip()
                continue
            before = self.at
            found += self._parse_pipeline()
            if self.at == before:
                self.skip()
        return tuple(found)

    def _parse_function(self) -> list[Statement]:
        if self._peek_reserved() == "function":
            self.skip()
        name = self._peek_reserved() or "_"
        self.skip()
        while self._is_operator("(", ")", "\n"):
            self.skip()
        return [FunctionDefinition(name, tuple(self._parse_statement()))]

    def _parse_command(self) -> list[Statement]:
        assignments: list[tuple[str, ShellWord]] = []
        words: list[ShellWord] = []
        reads: ShellWord | None = None
        token = self._peek()
        line = token.line if token else 0
        while (token := self._peek()) is not None:
            if isinstance(token, Operator):
                if token.text not in _REDIRECTS:
                    break
                reads = self._parse_redirections() or reads
                continue
            self.skip()
            found = None if words else parse_assignment(token)
            if found is None:
                words.append(token)
            else:
                assignments.append(found)
        if not words and not assignments:
            return []
        return [SimpleCommand(tuple(assignments), tuple(words), reads, line)]


def parse_assignment(word: ShellWord) -> tuple[str, ShellWord] | None:
    """Return the name, perhaps with a ``+``, and the value, if ``word`` is an assignment."""
    first = word.segments[0] if word.segments else None
    if not isinstance(first, Literal) or first.quoted:
        return None
    match = _ASSIGNMENT.match(first.text)
    if match is None:
        return None
    rest = first.text[match.end() :]
    segments = (Literal(rest, False), *word.segments[1:]) if rest else word.segments[1:]
    return match[1] + match[2], ShellWord(segments, word.line)
