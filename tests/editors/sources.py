"""Sources to highlight: the ones that are there, ones at the edge, and any others."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark.exceptions import UnexpectedInput

from tests.conftest import ROOT
from tests.language.reference import examples

from .kinds import is_word, keywords, lark, tokens

#: Legal, and easily misread.
EDGES = [
    "workflow task { input loop: int = 1 const at: int = loop task learn { } }",
    'workflow w { loop after { learn while { result "r" { at: int, most: float, } } } }',
    "loop l { repeat while not task.result and times > most at most times times }",
    "task a { n = [task, loop, (input), -param] after with, replace, at after b }",
    "task\n  loop # why\n  { n =\n  task\n  m = not\n  true }",
    'task a { n_jobs = 20 after b exec = "x" }',
    "repeat at most 20 times",
    'task a { exec = "{{{x}}} {{x}} ${X} $X ${x $ { not task } {a.input[0]} \\\\{n}\\"{m}" }',
    'task a { exec = "{a # b}" "%IN %" \'\' }'.replace(" ''", ""),
    'task a { exec = "" "" x = "\\q } {" }',
    "a = 1_000 b = 1.5 c = 1e7 d = 1_0.25E-3 e = 1 .f",
    "a = b<c d = b//c/d e = 1<=2 f = 1 != 2 g = x%y h = a==b",
    'input a : string of "a-z" "0-9" = "b" # alw: ignore x # more',
    'replace "a"with"b"2 times replace "task" with "x" 3 times',
    "",
    "# only this",
    "\r\n\ttask a {\r\n}\f",
]


def sources() -> list[str]:
    """The samples, the examples of the reference, and the tests' programs without faults."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "samples").glob("*.alw"))]
    texts += [example.text for example in examples()]
    return texts


def _is_clear(text: str) -> bool:
    """Whether ``text`` is a program, and one whose words highlighters should tell apart.

    A keyword as the name of an option is none of these: there is no such option.
    """
    try:
        found = tokens(text, "start")
    except UnexpectedInput:
        return False
    return not any(
        token.type == "NAME" and token in keywords() and behind == "="
        for token, behind in zip(found, [*found, ""][1:], strict=True)
    )


def programs(lines: bool = True, keywords_as_names: bool = True) -> st.SearchStrategy[str]:
    """Programs of the grammar's every rule, most of them without any sense.

    :param lines: whether they have more than one line, and with that comments.
    """
    # Blanks around keywords: the parser takes "timesrepeat" for two of them.
    terminals = lark().terminals
    spaced = {
        t.name: st.just(f" {t.pattern.value} ") for t in terminals if is_word(t.pattern.value)
    }
    words = sorted(keywords() - {"and", "or", "not", "true", "false"}) if keywords_as_names else []
    pieces = st.sampled_from(["a", " ", "{x}", "{{", "}}", "${Y}", "$z", "\\n", '\\"', "%IN", "#"])
    plain = st.sampled_from(["a", "b1", "_c", "tasks", "iteration", "int"])
    comments = ["# c\n", "#\n", '# "x\n', "# alw: ignore a\n"]
    return from_lark(
        lark(),
        start="start",
        explicit={
            **spaced,
            "NAME": (plain | plain | plain | st.sampled_from(words) if words else plain).map(
                " {} ".format
            ),
            "STRING": st.lists(pieces, max_size=4).map(lambda some: f'"{"".join(some)}"'),
            "COMMENT": st.sampled_from(comments if lines else [" "]),
            "SPACE": st.sampled_from(["\n", "\n\n", " ", "\t"] if lines else [" ", "\t"]),
        },
    ).filter(_is_clear)
