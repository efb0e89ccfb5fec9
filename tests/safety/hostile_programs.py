"""Programs with a hostile value in an option, in a command, or in a part of a stored map."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import alw
from alw.driver.loader import python_values
from alw.driver.pipeline import compile_sources
from alw.driver.result import Compilation
from alw.driver.session import Session
from alw.panda.client import prun_options
from alw.text.source import Folder, Reader, Source, Unreadable
from tests.commands.programs import literal
from tests.engine.stored import stored_map

#: A value that is harmless everywhere, and that no other text holds.
STAND_IN = "xSTANDINx"
VALUES = (
    "6.28/00; touch PWNED", "6.28/00 ;touch PWNED;", "$(touch PWNED)", "a$(touch PWNED)b",
    "`touch PWNED`", "&& touch PWNED", "a && touch PWNED", "& touch PWNED", "|| touch PWNED",
    "| touch PWNED", "a|touch PWNED", "\ntouch PWNED", "a\ntouch PWNED\n", "a\ttouch PWNED",
    "%;touch PWNED", "%IN;touch PWNED", "%IN:a;touch PWNED", "IN:%;touch PWNED",
    "IN2:1:user.me.x;touch PWNED", "IN2:1:user.me.%;touch PWNED", '"; touch PWNED; "',
    "'; touch PWNED; '", "'\"; touch PWNED; \"'", '"$(touch PWNED)"', "'$(touch PWNED)'",
    '\\"; touch PWNED; \\"', "\\'; touch PWNED; \\'", "\\", "a\\", "\\\\", "';touch PWNED #",
    '";touch PWNED #', "#;touch PWNED", "a #", "#", "touch${IFS}PWNED", ";touch${IFS}PWNED",
    "${IFS}", "$IFS", "${IN}", "${SURL};touch PWNED", "${x:=$(touch PWNED)}",
    "${x-`touch PWNED`}", "$((`touch PWNED`))", "$'\\n'touch PWNED", "*", "?", "[a-z]*", "{a,b}",
    "~", "~root", "/*", "!!", "!touch", "a b", " a", "a ", " ", "", ">PWNED", "> PWNED",
    ">>PWNED", "2>PWNED", "a>PWNED", "1>PWNED", "&>PWNED", "<>PWNED", "<(touch PWNED)",
    ">(touch PWNED)", "<<E\ntouch PWNED\nE", "(touch PWNED)", ") ; touch PWNED",
    "{ touch PWNED; }", "}; touch PWNED", "x=y touch PWNED", "touch PWNED", "-x", "--exec=touch",
    "-", "--", "-n -e", "=a", "a=b", "f", "+=b", "%20;%74ouch PWNED", "%3Btouch%20PWNED",
    "%22;touch PWNED;%22", "%27;touch PWNED;%27", "%0Atouch PWNED", "%24(touch PWNED)",
    "%60touch PWNED%60", "%", "%%", "%s", "%{", "___idds___x___", "\"\"\";touch PWNED", "if",
    "then", "do", "!", "{", "}", "é;touch PWNED", "\u00a0touch PWNED", "\u2028touch PWNED",
    "a,b;touch PWNED", "a,$(touch PWNED)", ",;touch PWNED", "data:a;touch PWNED",
    "user.me.a/;touch PWNED", "'", '"', "`", "$", "$(", "$((", "${", ";", "&", "|", "<", ">", "(",
    ")", "$$", "$?", "$@", "$1", "\\`touch PWNED\\`", "\\$(touch PWNED)", "\\\n",
    "'\n'touch PWNED", "\r\ntouch PWNED", "\x0btouch PWNED", "{a};touch PWNED",
    "a: b;touch PWNED",
)  # fmt: skip
_PIECES = (
    "touch PWNED", "touch PWNED", ";", "&", "|", "\n", "$(", ")", "`", "'", '"', "\\", "$", "{",
    "}", "(", " ", "\t", "<", ">", ">PWNED", "#", "*", "?", "[", "]", "~", "!", "=", "%", "%IN",
    "%3B", "%20", "%27", "%22", "%0A", "${IFS}", "a", "6.28/00", ",", ":", "IN:", "-", "--", "é",
    "x=", "'\\''", "&&", "||", "<<E", "$'", "'\"'", ".", "/", "user.me.",
)  # fmt: skip
SOURCES = ("given", "default", "const")
PLACES = ("task", "loop", "learner")
#: Names that PanDA takes in one form only, and the command, which has forms of its own.
_NO_OPTION_FORMS = ("exec", "outDS", "outputs")
#: Holds a command or a part of one: what is written there is the author's own.
_COMMANDS = ("bexec", "mergeScript", "alrbArgs")
_OWN = ("NAME = VALUE", 'NAME = "LITERAL"')
_OPTION_FORMS = (
    'NAME = VALUE', 'NAME = "{v}"', 'NAME = "a{v}"', 'NAME = "{v}.b"', 'NAME = "a {v} b"',
    'NAME = [v, "a"]', 'NAME = ["a", "{v}"]', 'NAME = "IN:{v}"', 'NAME = "IN2:1:user.me.{v}"',
    'NAME = "%IN:{v}"', 'NAME = "\'{v}\'"', 'NAME = "\\"{v}\\""', 'NAME = "{v}{v}"',
    'NAME = "LITERAL"',
)  # fmt: skip
#: Instead of an input dataset, which some options do not go with.
_NO_INPUT = "# without input"
_MORE = (
    "", _NO_INPUT, 'bexec = "make" merge_output = true',
    'container_image = "docker://x" bexec = "make"',
)  # fmt: skip
_EXEC_FORMS = (
    "run {v} o", "run a{v} o", "run {v}b o", "run a{v}b{v} o", "run --x={v} o", "run {v}{v} o",
    'run \\"{v}\\" o', "run '{v}' o", 'run \\"a {v} b\\" o', "run 'a {v} b' o", "run 'a'{v}'b' o",
    'run \\"a\\"{v}\\"b\\" o', "run a; run {v} o", "run a && run o {v}", "run o {v}; run b",
    "X={v} run o", "X={v}; run \\\"$X\\\" o", "for x in {v} a; do run \\\"$x\\\" o; done",
    "run $(run {v}) o", 'run \\"$(run {v})\\" o', "run `run {v}` o", "run ${{X:-{v}}} o",
    'run \\"${{X:-{v}}}\\" o', "( run {v} o )", "run {v} o # {v}", "run o # {v}\\nrun {v}",
    "run o | run {v}", "run {v} > o", "run o > {v}", "{v} run o", "{v}", "run o {v}",
    "run o; {v} a", "run o \\\\{v}", "run $'{v}' o", "run o <<E\\n{v}\\nE",
    "if true; then run {v} o; fi", "case {v} in a) run o;; *) run b;; esac", "run o {v}\\\\\\n b",
    "run %IN {v} o", "run {v}%IN o", "make X={v} o", "run $X{v} o",
    "a{v} run o", "X=b a{v} run o", "run o; a{v}{v} run o", "i{v} run o",
    "run o '{v}'\\\"{v}\\\"{v}",
    "run [{v}] {{{v}}} o",
)  # fmt: skip
_NAMES_A_FILE = "run o > {v}"
_OUTPUT_FORMS = ('["{v}"]', '["{v}.root"]', '["a.root", "{v}"]', '["o", v]', '"{v}"', "[v]")
_REPLACE_FORMS = ("{v}", "a{v}", "{v}b", "{v} {v}", "a{v}b", "x {v}", "'{v}'", '\\"{v}\\"')
_STORED = (
    "run 0.5 MARK o", "run 'MARK' o", 'run "MARK" o', "run --x=MARK o", "run aMARKb o", "run MARK",
    "MARK run o", "run $(run MARK) o", "run o; MARK", "run %IN MARK o",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """A value, where it comes from, and where it is written."""

    kind: str
    """``option``, ``exec``, ``outputs`` or ``replace``."""
    name: str
    form: str
    more: str
    place: str
    source: str
    value: str

    @property
    def slot(self) -> Trial:
        """The same with the stand-in, given: it shows the words that are meant."""
        return replace(self, source=SOURCES[0], value=STAND_IN)

    def text(self) -> str:
        """The program."""
        written = f'"{literal(self.value)}"'
        declared = {
            "given": "input v: string",
            "default": f"input v: string = {written}",
            "const": f"const v: string = {written}",
        }[self.source]
        form = self.form.replace("NAME", self.name).replace('"LITERAL"', written)
        form = form.replace("VALUE", "v")
        if self.kind == "replace":
            task = f'task t {{ map = "m.json" replace "MARK" with "{form}" }}'
            return f"workflow w {{\n{declared}\n{task}\n}}\n"
        command, outputs, option = "run %IN o", '["o"]', ""
        if self.more == _NO_INPUT:
            command = "run o"
        if self.kind == "exec":
            command = form
        elif self.kind == "outputs":
            outputs = form
        else:
            option = form
        reads = "" if "%IN" not in command or self.name == "inDS" else 'in_ds = "user.me.d"'
        body = f'exec = "{command}"\n{reads}\n{self.more}\n{option}\n'
        if self.place == "task":
            target = f"task t {{ {body} outputs = {outputs} }}"
        elif self.place == "loop":
            target = (
                f"loop s {{\nparam m: float = 1.0\ntask t {{ {body} outputs = {outputs} }}\n"
                'learn l { after t exec = "run r.json" interpreter = "python3" '
                'result "r.json" { m: float } }\n'
                "repeat while l.m < 1 at most 3 times\n}"
            )
        else:
            target = (
                f'loop s {{\nparam m: float = 1.0\nlearn t {{ {body} interpreter = "python3" '
                'result "r.json" {{ m: float }} }}\nrepeat while t.m < 1 at most 3 times\n}}'
            )
        return f'workflow w {{\ndataset = "user.w.t"\n{declared}\n{target}\n}}\n'

    def compile(self) -> Compilation:
        """The program compiled; in the memory, with the stored map."""
        given = {"v": self.value} if self.source == "given" else {}
        if self.kind != "replace":
            return alw.compile_text(self.text(), given)
        source = Source("w.alw", self.text())
        return compile_sources([source], Session(python_values(given), reader=_Stored(self.more)))


class _Stored(Reader):
    """Reads a stored map whose command is given."""

    def __init__(self, command: str) -> None:
        self._text = _stored_text(command)

    def __call__(self, source: Source, path: str) -> Source:
        return Source(path, self._text)

    def folder(self, source: Source, path: str) -> Folder:
        raise Unreadable("no folders here")


@cache
def _stored_text(command: str) -> str:
    words = ["--exec", command, "--outDS", "user.w.t", "--outputs", "o"]
    return json.dumps(stored_map([*words, "--inDS", "user.me.d"] if "%IN" in command else words))


def random_value(chance: random.Random) -> str:
    """A value over a hostile alphabet, in which ``touch PWNED`` is."""
    pieces = [chance.choice(_PIECES) for _ in range(chance.randint(1, 7))]
    if not any("PWNED" in piece for piece in pieces):
        pieces.insert(chance.randint(0, len(pieces)), "touch PWNED")
    return "".join(pieces)


def slots() -> list[Trial]:
    """Every option, command, output and replacement in every form, with the stand-in."""
    found = []
    for option in prun_options().values():
        if option.kind not in ("string", "list") or option.name in _NO_OPTION_FORMS:
            continue
        for form in _OPTION_FORMS:
            if form in _OWN and option.name in _COMMANDS:
                continue
            for more in _MORE:
                if option.snake in more or option.name in more:
                    continue
                found += [("option", option.name, form, more, place) for place in PLACES]
    for form in _EXEC_FORMS:
        found += [("exec", "exec", form, "", place) for place in PLACES]
    for form in _OUTPUT_FORMS:
        found += [("outputs", "outputs", form, "", place) for place in PLACES[:2]]
    for form in _REPLACE_FORMS:
        found += [("replace", "replace", form, stored, "task") for stored in _STORED]
    return [Trial(*slot, SOURCES[0], STAND_IN) for slot in found]


def trials(seed: int, count: int) -> Iterator[Trial]:
    """``count`` of them; few values are tried in fewer slots, with several in each."""
    chance = random.Random(seed)
    kinds: dict[str, list[Trial]] = {}
    for slot in slots():
        kinds.setdefault(slot.kind, []).append(slot)
    pools = {kind: chance.sample(some, min(len(some), count // 8)) for kind, some in kinds.items()}
    for _ in range(count):
        kind = chance.choices(("option", "exec", "outputs", "replace"), (40, 40, 5, 15))[0]
        slot = chance.choice(pools[kind])
        value = chance.choice(VALUES) if chance.random() < 0.5 else random_value(chance)
        source = chance.choice(SOURCES)
        if slot.form == _NAMES_A_FILE:  # in the folder where the line runs
            value = value.replace("/", "") or "a"
        yield Trial(kind, slot.name, slot.form, slot.more, slot.place, source, value)
