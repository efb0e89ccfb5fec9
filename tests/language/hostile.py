"""Sources that are large or deep; run as a program, it compiles one and says what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

HEAD = 'workflow w {\n  dataset = "user.me.x"\n'
TASK = 'task t { exec = "run" }'
DEEP = 100_000
MANY = 50_000
SOME = 5_000
TERMS = 10_000
LONG = 10_000_000


def _workflow(*lines: str) -> str:
    return HEAD + "\n".join(lines) + "\n}\n"


def _const(type_: str, value: str) -> str:
    return _workflow(f"const a: {type_} = {value}", TASK)


def _lines(make: Callable[[int], str], count: int = MANY, *more: str) -> str:
    return _workflow(*map(make, range(count)), *more)


def _joined(word: str, items: Iterable[object]) -> str:
    return word.join(map(str, items))


#: The source by its name, and the codes that are found in it, each once.
SOURCES: dict[str, tuple[Callable[[], str], str]] = {
    # nesting
    "open braces": (lambda: "{" * DEEP, "ALW101"),
    "closing braces": (lambda: "}" * DEEP, "ALW101"),
    "parentheses": (lambda: _const("int", "(" * DEEP + "1" + ")" * DEEP), "ALW105"),
    "open parentheses": (lambda: _const("int", "(" * DEEP), "ALW101 ALW206"),
    "brackets": (lambda: _const("int", "[" * DEEP + "]" * DEEP), "ALW105"),
    "open brackets": (lambda: "[" * DEEP, "ALW101"),
    "blocks": (lambda: "workflow w { " * DEEP + "}" * DEEP, "ALW107"),
    "open blocks": (lambda: "workflow w { " * DEEP, "ALW101 ALW107"),
    "braces in a string": (
        lambda: _workflow(f'task a {{ exec = "run {"{" * (DEEP + 1)}" }}'),
        "ALW101 ALW408",
    ),
    "signs": (lambda: _const("int", "-" * DEEP + "1"), "ALW105"),
    "negations": (lambda: _const("bool", "not " * DEEP + "true"), "ALW105"),
    "members": (lambda: _const("int", "a" + ".a" * DEEP), "ALW105"),
    "indices": (lambda: _const("int", "a" + "[0]" * DEEP), "ALW105"),
    # long
    "a long string": (lambda: _workflow(f'task a {{ exec = "run {"x" * LONG}" }}'), "ALW213"),
    "a long line": (lambda: "x " * (LONG // 100), "ALW101"),
    "a long comment": (lambda: "#" + "x" * LONG, "ALW507"),
    "a long number": (lambda: _const("int", "1" * LONG), "ALW101"),
    "long names": (
        lambda: _workflow(
            f"input {'n' * 1000}: int = 1",
            f'task {"t" * 1000} {{ exec = "run {{{"n" * 1000}}} {{{"m" * 1000}}}" }}',
        ),
        "ALW203 ALW411",
    ),
    "blank lines": (lambda: "\n" * LONG, "ALW507"),
    "strange characters": (lambda: "é" * LONG, "ALW102"),
    "NUL characters": (lambda: "\0" * LONG, "ALW102"),
    "quotes": (lambda: '"' * (LONG // 10 + 1), "ALW101 ALW103"),
    # many errors
    "unbound names": (lambda: _lines(lambda i: f'task a{i} {{ exec = "run {{m{i}}}" }}'), "ALW203"),
    "missing values": (lambda: _lines(lambda i: f"task a{i} {{ exec = }}"), "ALW101"),
    "other languages": (lambda: _lines(lambda i: f"let a{i} = 3", SOME), "ALW108"),
    "words": (lambda: _lines(lambda i: "foo bar", SOME), "ALW101"),
    "semicolons": (lambda: _workflow("; " * MANY), "ALW108"),
    "unfinished strings": (lambda: _lines(lambda i: '"'), "ALW103"),
    "unknown options": (lambda: _lines(lambda i: f"option{i} = 1", SOME), "ALW401 ALW507"),
    "unknown types": (lambda: _lines(lambda i: f"input a{i}: strng = 1", SOME), "ALW214"),
    "the same name": (lambda: _lines(lambda i: 'task a { exec = "run" }', SOME), "ALW204"),
    "escapes": (lambda: _workflow('task a { exec = "' + "\\d" * MANY + '" }'), "ALW104"),
    # long expressions
    "sum": (lambda: _const("int", _joined(" + ", [1] * TERMS)), "ALW105"),
    "alternatives": (lambda: _const("bool", _joined(" or ", ["false"] * TERMS)), "ALW602"),
    "comparisons": (lambda: _const("bool", _joined(" < ", [1] * TERMS)), "ALW101"),
    "list": (lambda: _workflow(f'task a {{ exec = "run" n_jobs = {[1] * TERMS} }}'), "ALW402"),
    "interpolations": (
        lambda: _workflow("const x: int = 1", f'task a {{ exec = "run {"{x + 1}" * TERMS}" }}'),
        "",
    ),
    # what multiplies
    "doubled strings": (
        lambda: _workflow(
            'const a0: string = "0123456789"',
            *(f'const a{i}: string = "{{a{i - 1}}}{{a{i - 1}}}"' for i in range(1, 60)),
        ),
        "ALW213",
    ),
    "constants": (
        lambda: _lines(lambda i: f"const a{i}: int = {f'a{i - 1} + 1' if i else 1}", SOME, TASK),
        "ALW602",
    ),
    "constants, last first": (
        lambda: _lines(
            lambda i: f"const a{i}: int = {f'a{i + 1} + 1' if i < SOME - 1 else 1}", SOME, TASK
        ),
        "ALW602",
    ),
    "a circle of constants": (
        lambda: _lines(lambda i: f"const a{i}: int = a{(i + 1) % SOME}", SOME),
        "ALW305",
    ),
    "a circle of tasks": (
        lambda: _lines(lambda i: f'task t{i} {{ exec = "run" after t{(i + 1) % SOME} }}', SOME),
        "ALW305",
    ),
    "a chain of tasks": (
        lambda: _lines(
            lambda i: f'task t{i} {{ exec = "run" {f"after t{i + 1}" if i < SOME - 1 else ""} }}',
            SOME,
        ),
        "",
    ),
    "near names": (
        lambda: _workflow(
            *(f"const abcdefghijkln{i}: int = 1" for i in range(2000)),
            'task a { exec = "'
            + _joined("", (f"{{abcdefghijklm{i}}}" for i in range(2000)))
            + '" }',
        ),
        "ALW203",
    ),
}


def main(name: str) -> None:
    """Compile a source; print the codes that were found."""
    import resource

    import alw

    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    make, _ = SOURCES[name]
    text = make()
    result = alw.compile_text(text)
    for d in result.diagnostics:
        assert 0 <= d.span.start <= d.span.end <= len(text) + 1
        assert len(d.message) < 10_000
    print(*sorted({d.code for d in result.diagnostics}))


if __name__ == "__main__":
    main(sys.argv[1])
