"""A lexer for Pygments, and with it for Sphinx, IPython, LaTeX's minted and the like.

Pygments finds it by its entry point; it is no dependency of the compiler: ``pip install
'alw[pygments]'``.  A keyword where only a name fits is a name, as in the parser's contextual
lexer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, default, include
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from .syntax.lexer import FLOAT, INT, MALFORMED, NAME, SPACE, STRING, UNCLOSED

#: Keywords that a name follows, with the state that reads it.
BLOCKS = {
    "workflow": "namespace",
    "loop": "namespace",
    "task": "function",
    "learn": "function",
}
DECLARATIONS = ("input", "const", "param")
#: Keywords and operators that an expression follows.
BEFORE_EXPRESSIONS = ("while", "most")
LOGICAL = ("and", "or", "not")
#: Keywords that no name follows.
OTHERS = ("at", "of", "repeat", "replace", "result", "times", "with")
CONSTANTS = ("true", "false")
TYPES = ("int", "float", "bool", "string", "dataset")
BUILT_IN = ("iteration",)

_END = r"(?![A-Za-z0-9_])"
_SPACE = r"(?:[ \t\r\n\f]|#[^\n]*(?:\n|\Z))*"
#: What only an item can be: without it, a keyword behind an unfinished item would be a name.
_ITEM = (
    rf"(?:workflow|loop|task|learn){_END}{_SPACE}{NAME}{_SPACE}\{{"
    rf"|(?:input|const|param){_END}{_SPACE}{NAME}{_SPACE}:"
    rf'|(?:replace|result){_SPACE}"|repeat{_END}{_SPACE}(?:while|at){_END}'
)

#: What prun replaces in a command.
_PRUN = (
    r"%(?:IN[0-9]*\b|(?:RNDM|FIRSTEVENT)[:=][0-9]*|DB[:=][A-Za-z0-9_]*"
    r"|(?:SKIPEVENTS|MAXEVENTS|SEGMENT_NAME|CORE_NUMBER|PROC_NUMBER)\b)"
)


def _any(some: Iterable[str]) -> str:
    return f"(?:{'|'.join(some)}){_END}"


class AlwLexer(RegexLexer):
    """Splits the sources of workflows into tokens for highlighting.

    Highlights any text; what the language does not have is an error token.
    """

    name = "alw"
    aliases: ClassVar[list[str]] = ["alw"]
    filenames: ClassVar[list[str]] = ["*.alw"]
    mimetypes: ClassVar[list[str]] = ["text/x-alw"]

    tokens: ClassVar[dict[str, list[object]]] = {
        "root": [
            include("space"),
            (rf'(?={STRING})"', String.Double, "string"),
            (UNCLOSED, Error),
            # A field, or something that is being declared.
            (rf"{NAME}(?={_SPACE}:)", Name.Attribute),
            (r":", Punctuation, "type"),
            include("keywords"),
            (rf"{NAME}(?={_SPACE}=(?!=))", Name.Attribute),
            include("constants"),
            (r"==|!=|<=|>=|[=<>+\-*%]|//|/", Operator, "operand"),
            include("numbers"),
            (r"\.", Punctuation, "member"),
            (r"[(\[,]", Punctuation, "operand"),
            (r"[)\]{}]", Punctuation),
            (NAME, Name),
            (r".", Error),
        ],
        "space": [
            (SPACE, Whitespace),
            (
                # Up to the next #, which may begin another one.
                rf"(#[ \t\r\f]*)(alw:)([ \t\r\f]*)(ignore(?:-file)?)({_END}[^#\n]*)",
                bygroups(  # type: ignore[no-untyped-call]
                    Comment.Single,
                    Comment.Special,
                    Comment.Single,
                    Comment.Special,
                    Comment.Single,
                ),
            ),
            (r"#[^#\n]*", Comment.Single),
        ],
        "keywords": [
            *((_any([word]), Keyword.Declaration, state) for word, state in BLOCKS.items()),
            (_any(DECLARATIONS), Keyword.Declaration, "variable"),
            (_any(["after"]), Keyword, "reference"),
            (_any(BEFORE_EXPRESSIONS), Keyword, "operand"),
            (_any(OTHERS), Keyword),
            (_any(LOGICAL), Operator.Word, "operand"),
        ],
        "constants": [
            (_any(CONSTANTS), Keyword.Constant),
            (_any(BUILT_IN), Name.Builtin.Pseudo),
        ],
        "numbers": [
            (FLOAT, Number.Float),
            (INT, Number.Integer),
            (MALFORMED, Error),
        ],
        # Behind an operator, an opening bracket or a comma.
        "operand": [
            include("space"),
            (rf"{NAME}(?={_SPACE}:)", Name.Attribute, "#pop"),
            (rf"{NAME}(?={_SPACE}=(?!=))", Name.Attribute, "#pop"),
            (_any(["not"]), Operator.Word),
            (rf"(?!{_any([*CONSTANTS, *BUILT_IN])}|{_ITEM}){NAME}", Name, "#pop"),
            default("#pop"),
        ],
        **{
            state: [include("space"), (NAME, kind, "#pop"), default("#pop")]
            for state, kind in (
                ("namespace", Name.Namespace),
                ("function", Name.Function),
                ("variable", Name.Variable),
                ("reference", Name),
                ("member", Name.Property),
            )
        },
        "type": [
            include("space"),
            (_any(TYPES), Keyword.Type, "#pop"),
            (NAME, Name.Class, "#pop"),
            default("#pop"),
        ],
        "string": [
            (r'"', String.Double, "#pop"),
            (r'\\["\\nt]', String.Escape),
            (r"\\.", Error),
            (r"\{\{|\}\}", String.Escape),
            (rf'\$(?:\{{[^{{}}"\\]*\}}|{NAME}|[0-9@*#?$!-])', String.Symbol),
            (_PRUN, String.Symbol),
            (r'\{(?=[^{}"]*\})', String.Interpol, "interpolation"),
            (r"[{}]", Error),
            (r'[^"\\{}$%]+|[$%]', String.Double),
        ],
        "interpolation": [
            (r"\}", String.Interpol, "#pop"),
            (r"[ \t\r\f]+", Whitespace),
            (r"#[^}]*", Comment.Single),
            include("constants"),
            (_any(LOGICAL), Operator.Word),
            include("numbers"),
            (r"\.", Punctuation, "member"),
            (r"==|!=|<=|>=|[<>+\-*%]|//|/", Operator),
            (r"[()\[\],]", Punctuation),
            (NAME, Name),
            (r".", Error),
        ],
    }
