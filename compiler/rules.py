"""The registry of everything the compiler can say.

Codes are stable; a number is never used twice.  1xx: the text; 2xx: names, types and
values; 3xx: loops and dependencies; 4xx: prun and PanDA; 5xx: inputs and files;
6xx: what runs, but is hardly meant; 7xx: what a target engine cannot do;
9xx: faults of the compiler itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Rule(NamedTuple):
    """One thing the compiler can say."""

    code: str
    name: str
    severity: Severity
    meaning: str


_RULES: dict[str, Rule] = {}


def _rule(number: int, name: str, meaning: str, severity: Severity = "error") -> Rule:
    rule = Rule(f"ALW{number}", name, severity, meaning)
    _RULES[rule.code] = rule
    return rule


SYNTAX = _rule(101, "syntax-error", "The text does not follow the grammar.")
CHARACTER = _rule(102, "invalid-character", "A character that no part of the language uses.")
STRING = _rule(103, "unterminated-string", "A string ends on the line it starts on.")
ESCAPE = _rule(104, "invalid-escape", 'Escapes are \\" \\\\ \\n \\t; a brace is {{ or }}.')
NESTING = _rule(105, "nested-too-deeply", "Expressions nest to a fixed depth.")
ENCODING = _rule(106, "not-utf8", "Sources are UTF-8.")
MISPLACED = _rule(107, "misplaced", "A construct stands where it has no meaning.")
FOREIGN = _rule(108, "foreign-syntax", "Another language's spelling of something alw has.")
NEEDLESS_IGNORE = _rule(109, "needless-ignore", "Nothing to ignore is there.", "warning")
UNKNOWN_IGNORE = _rule(110, "unknown-ignore", "Only warnings can be ignored.", "warning")

UNBOUND = _rule(203, "unbound-name", "A name that nothing defines reaches no value.")
DUPLICATE = _rule(204, "duplicate-name", "Names are unique in a workflow.")
TYPE = _rule(205, "type-mismatch", "A value has another type than is needed.")
NO_FIRST_VALUE = _rule(206, "no-first-value", "The first iteration needs a value.")
NOT_SUPPLIED = _rule(207, "parameter-not-supplied", "Further iterations need a value.")
FIELD_TYPE = _rule(208, "field-type-mismatch", "A result field feeds a parameter of its type.")
RUN_TIME = _rule(209, "run-time-value", "The value exists only when the job runs.")
UNSAFE_STRING = _rule(210, "unsafe-string", "iDDS inserts strings unquoted into a command.")
OUTPUT = _rule(211, "no-such-output", "The task has no such output.")
NAME = _rule(212, "invalid-name", "The engine cannot carry this name.")
ARITHMETIC = _rule(213, "arithmetic-error", "The value of an expression cannot be computed.")
UNKNOWN_TYPE = _rule(214, "unknown-type", "There is no such type.")
MEMBER = _rule(215, "no-such-member", "The thing has no member of that name.")
HOSTILE = _rule(216, "unsafe-value", "A value would change the words of a command.")
INNER = _rule(217, "read-again", "A program inside a command reads a value as its own text.")

UNBOUNDED = _rule(301, "unbounded-loop", "A loop ends after a stated number of iterations.")
NO_LEARNER = _rule(302, "no-learner", "A loop is decided by one learner.")
LEARNERS = _rule(303, "several-learners", "A loop is decided by exactly one learner.")
NOT_AWAITED = _rule(304, "learner-does-not-wait", "A task of the body runs beside the learner.")
CYCLE = _rule(305, "dependency-cycle", "Tasks wait for each other.")
SEVERAL_LOOPS = _rule(306, "several-loops", "iDDS runs one loop per request.")
OUTSIDE_LOOP = _rule(307, "outside-the-loop", "iDDS would run the task in every iteration.")
CONDITION = _rule(308, "condition-scope", "A condition sees the learner, parameters, iteration.")
INPUT_COUNT = _rule(309, "unknown-file-count", "A learner is one job that reads every file.")
LEARNER_OUTPUT = _rule(310, "learner-output", "iDDS parses every output of a learner as JSON.")
REPEAT = _rule(311, "no-repeat", "A loop says how often it repeats.")
NO_RESULT = _rule(312, "no-result", "A learner writes a result.")
INTERPRETER = _rule(313, "unknown-interpreter", "The epilogue needs a Python interpreter.")
LITERAL_DATASET = _rule(314, "literal-dataset", "A dataset of the workflow, read by its name.")
INPUT_DATASET = _rule(315, "input-dataset", "A task reads datasets, each named once.")
EMPTY_RESULT = _rule(320, "goes-on-without-result", "An empty result has no values to go on with.")
BLOCKED_RESULT = _rule(321, "blocked-result", "Something lies where the result is written.")

OPTION = _rule(401, "unknown-option", "prun has no such option.")
OPTION_VALUE = _rule(402, "option-value", "The option takes another kind of value.")
RESERVED = _rule(403, "reserved-option", "The compiler sets this option itself.")
PRUN = _rule(404, "prun-refuses", "prun does not accept the options.")
PRUN_WARNS = _rule(405, "prun-warns", "prun accepts the options, with a warning.", "warning")
NO_EXEC = _rule(406, "no-command", "A task has a command.")
QUOTING = _rule(407, "shell-quoting", "The shell could not read the command.")
WRAPPER = _rule(408, "unrunnable-command", "prun's wrapper could not run the command.")
MARKER = _rule(409, "reserved-text", "iDDS would replace this text.")
DATASET = _rule(410, "dataset-name", "PanDA refuses the dataset's name.")
TOO_LONG = _rule(411, "name-too-long", "A name exceeds PanDA's limit.")
COLLISION = _rule(412, "name-collision", "Two tasks would share a name.")
NO_DATASET = _rule(413, "no-dataset", "A task's outputs need a dataset name.")
NOT_REPLACED = _rule(414, "not-replaced", "iDDS does not replace values in this option.")
PLACEHOLDER = _rule(415, "accidental-placeholder", "prun would replace this text.")
OUTPUTS = _rule(416, "outputs", "PanDA refuses the outputs.")
WIDTH = _rule(417, "value-too-long", "PanDA's database has no room for the value.")
STORED = _rule(418, "stored-map", "The stored task parameter map cannot be used.")
REPLACEMENT = _rule(419, "replacement", "The text does not stand where it should in the map.")
SANDBOX = _rule(420, "sandbox-folder", "The folder cannot be sent as a sandbox.")
SANDBOX_ADDRESS = _rule(421, "sandbox-address", "No job could fetch a sandbox from there.")
SANDBOX_SIZE = _rule(422, "sandbox-size", "PanDA takes no sandbox of this size.")
NO_SANDBOX = _rule(423, "no-sandbox", "The task has no sandbox that another could use.")
SANDBOX_UNUSED = _rule(424, "unused-sandbox", "The jobs would not unpack the sandbox.")
MISSED = _rule(425, "file-left-out", "prun's rules leave a file out of the sandbox.", "warning")
DROPPED = _rule(426, "dropped-value", "prun drops the value, or makes another of it.")
NO_STREAM = _rule(427, "no-stream", "No dataset is the stream of a placeholder.")
SECONDARY = _rule(428, "secondary-dataset", "No job would get these files of a dataset.")
RELEASE = _rule(429, "athena-release", "prun would ask the release of its machine.")
FOREIGN_PLACEHOLDER = _rule(430, "foreign-placeholder", "prun does not replace this text.")

FILE = _rule(501, "unreadable-file", "A file cannot be read.")
NO_INPUT = _rule(502, "missing-input", "An input without default needs a value.")
UNKNOWN_INPUT = _rule(503, "unknown-input", "No workflow has an input of that name.")
INPUT_VALUE = _rule(504, "input-value", "The value does not fit the input.")
PARAMETER_FILE = _rule(505, "parameter-file", "The parameter file cannot be used.")
WORKFLOW_NAME = _rule(506, "duplicate-workflow", "Two workflows would be written to one place.")
NO_WORKFLOW = _rule(507, "no-workflow", "There is no workflow, or no task in it.")
WRITE = _rule(508, "cannot-write", "The output cannot be written.")

UNUSED_INPUT = _rule(601, "unused-input", "Nothing uses the input.", "warning")
UNUSED_CONSTANT = _rule(602, "unused-constant", "Nothing uses the constant.", "warning")
UNUSED_PARAM = _rule(603, "unused-parameter", "Nothing uses the loop parameter.", "warning")
UNUSED_FIELD = _rule(604, "unused-field", "Nothing reads the result field.", "warning")
UNUSED_TASK = _rule(605, "unused-task", "Nothing reads what the learner waits for.", "warning")
SAME = _rule(606, "same-every-iteration", "Every iteration computes the same.", "warning")
CONSTANT = _rule(607, "constant-condition", "A condition that is always true, or never.", "warning")
FLOAT_EQUALITY = _rule(608, "float-equality", "Floats are hardly ever equal.", "warning")
FORGETFUL = _rule(609, "learner-without-history", "The learner sees no earlier values.", "warning")
SHADOWED = _rule(610, "shadowed-name", "A field does not change what has its name.", "warning")
SPLIT = _rule(611, "split-argument", "Quotes inside quotes split an argument.", "warning")
OPERATOR = _rule(612, "shell-operator", "The shell reads a character as its own.", "warning")
PCHAIN = _rule(613, "pchain-placeholder", "pchain's spelling of a value: %{NAME}.", "warning")
VARIABLE = _rule(614, "shell-variable", "The shell has no variable of that name.", "warning")
NO_EFFECT = _rule(615, "no-effect", "The option changes nothing in the task.", "warning")
UNUSED_STREAM = _rule(616, "unused-stream", "No command uses the stream's files.", "warning")
NOTHING_READ = _rule(617, "nothing-read", "The task reads no dataset, and has %IN.", "warning")
LEFTOVER = _rule(620, "leftover", "The sandbox holds what a task is to write.", "warning")

ENGINE_CANNOT = _rule(701, "engine-cannot", "The target engine cannot do this.")
ENGINE_DOES = _rule(702, "engine-limit", "The target engine does this otherwise.", "warning")

INTERNAL = _rule(901, "internal-error", "The compiler has lost something; a fault of alw.")

RULES: Mapping[str, Rule] = _RULES
"""Every rule by its code."""
