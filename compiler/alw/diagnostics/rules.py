"""The registry of everything the compiler can say.

Codes are stable; a number is never used twice.  1xx: the text; 2xx: names, types and
values; 3xx: loops and dependencies; 4xx: prun and PanDA; 5xx: inputs and files;
6xx: code that is probably a mistake; 7xx: what a target engine cannot do;
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


SYNTAX_ERROR = _rule(101, "syntax-error", "The text does not follow the grammar.")
INVALID_CHARACTER = _rule(102, "invalid-character", "The language does not use this character.")
UNTERMINATED_STRING = _rule(
    103, "unterminated-string", "A string must end on the line it starts on."
)
INVALID_ESCAPE = _rule(104, "invalid-escape", 'Escapes are \\" \\\\ \\n \\t; a brace is {{ or }}.')
NESTED_TOO_DEEPLY = _rule(105, "nested-too-deeply", "The expression is nested too deeply.")
NOT_UTF8 = _rule(106, "not-utf8", "The file is not UTF-8.")
MISPLACED = _rule(107, "misplaced", "This is not allowed here.")
FOREIGN_SYNTAX = _rule(108, "foreign-syntax", "This is another language's syntax.")
NEEDLESS_IGNORE = _rule(109, "needless-ignore", "There is no such warning here.", "warning")
UNKNOWN_IGNORE = _rule(
    110, "unknown-ignore", "There is no such warning, or it is an error.", "warning"
)

UNBOUND_NAME = _rule(203, "unbound-name", "Nothing defines this name.")
DUPLICATE_NAME = _rule(204, "duplicate-name", "The name is already used in the workflow.")
TYPE_MISMATCH = _rule(205, "type-mismatch", "Type mismatch.")
NO_FIRST_VALUE = _rule(206, "no-first-value", "There is no value for the first iteration.")
PARAMETER_NOT_SUPPLIED = _rule(
    207, "parameter-not-supplied", "There is no value for the next iterations."
)
FIELD_TYPE_MISMATCH = _rule(
    208, "field-type-mismatch", "Result field and parameter differ in type."
)
RUN_TIME_VALUE = _rule(209, "run-time-value", "The value is only known when the job runs.")
UNSAFE_STRING = _rule(210, "unsafe-string", "iDDS inserts the string without quotes.")
NO_SUCH_OUTPUT = _rule(211, "no-such-output", "The task has no such output.")
INVALID_NAME = _rule(212, "invalid-name", "The engine cannot handle this name.")
ARITHMETIC_ERROR = _rule(213, "arithmetic-error", "The expression cannot be computed.")
UNKNOWN_TYPE = _rule(214, "unknown-type", "There is no such type.")
NO_SUCH_MEMBER = _rule(215, "no-such-member", "There is no member of this name.")
UNSAFE_VALUE = _rule(216, "unsafe-value", "The value would change the words of a command.")
READ_AGAIN = _rule(217, "read-again", "A program inside the command reads the value again.")

UNBOUNDED_LOOP = _rule(301, "unbounded-loop", "The loop has no maximum number of iterations.")
NO_LEARNER = _rule(302, "no-learner", "The loop has no learner.")
SEVERAL_LEARNERS = _rule(303, "several-learners", "The loop has more than one learner.")
LEARNER_DOES_NOT_WAIT = _rule(
    304, "learner-does-not-wait", "A task runs in parallel with the learner."
)
DEPENDENCY_CYCLE = _rule(305, "dependency-cycle", "Tasks wait for each other in a cycle.")
SEVERAL_LOOPS = _rule(306, "several-loops", "iDDS runs only one loop per request.")
OUTSIDE_THE_LOOP = _rule(307, "outside-the-loop", "iDDS would run this task in every iteration.")
CONDITION_SCOPE = _rule(308, "condition-scope", "The condition cannot use this value.")
UNKNOWN_FILE_COUNT = _rule(309, "unknown-file-count", "It is unclear how many files a job reads.")
LEARNER_OUTPUT = _rule(310, "learner-output", "A learner has no outputs but its result.")
NO_REPEAT = _rule(311, "no-repeat", "The loop has no 'repeat'.")
NO_RESULT = _rule(312, "no-result", "The learner has no result.")
UNKNOWN_INTERPRETER = _rule(313, "unknown-interpreter", "The learner's check needs a Python.")
LITERAL_DATASET = _rule(314, "literal-dataset", "A dataset of this workflow is read by its name.")
INPUT_DATASET = _rule(315, "input-dataset", "The input datasets are not valid.")
GOES_ON_WITHOUT_RESULT = _rule(
    320, "goes-on-without-result", "The loop would go on after an empty result."
)
BLOCKED_RESULT = _rule(321, "blocked-result", "Something has the name of the result file.")

UNKNOWN_OPTION = _rule(401, "unknown-option", "prun has no such option.")
OPTION_VALUE = _rule(402, "option-value", "The option needs a value of another kind.")
RESERVED_OPTION = _rule(403, "reserved-option", "The compiler sets this option itself.")
PRUN_REFUSES = _rule(404, "prun-refuses", "prun refuses these options.")
PRUN_WARNS = _rule(405, "prun-warns", "prun warns about these options.", "warning")
NO_COMMAND = _rule(406, "no-command", "The task has no command.")
SHELL_QUOTING = _rule(407, "shell-quoting", "The shell cannot parse the command.")
UNRUNNABLE_COMMAND = _rule(408, "unrunnable-command", "prun's wrapper cannot run the command.")
RESERVED_TEXT = _rule(409, "reserved-text", "iDDS would replace this text.")
DATASET_NAME = _rule(410, "dataset-name", "PanDA refuses this dataset name.")
NAME_TOO_LONG = _rule(411, "name-too-long", "The name is too long for PanDA.")
NAME_COLLISION = _rule(412, "name-collision", "Two tasks would write the same dataset.")
NO_DATASET = _rule(413, "no-dataset", "The task has outputs but no dataset name.")
NOT_REPLACED = _rule(414, "not-replaced", "iDDS does not replace values in this option.")
ACCIDENTAL_PLACEHOLDER = _rule(415, "accidental-placeholder", "prun would replace this text.")
OUTPUTS = _rule(416, "outputs", "PanDA refuses these outputs.")
VALUE_TOO_LONG = _rule(417, "value-too-long", "The value is too long for PanDA's database.")
STORED_MAP = _rule(418, "stored-map", "The stored map cannot be used.")
REPLACEMENT = _rule(419, "replacement", "The text to replace was not found as stated.")
SANDBOX_FOLDER = _rule(420, "sandbox-folder", "The files cannot be sent as a sandbox.")
SANDBOX_ADDRESS = _rule(421, "sandbox-address", "Jobs cannot fetch a sandbox from this address.")
SANDBOX_SIZE = _rule(422, "sandbox-size", "The sandbox is too large for PanDA.")
NO_SANDBOX = _rule(423, "no-sandbox", "The other task has no sandbox to share.")
UNUSED_SANDBOX = _rule(424, "unused-sandbox", "The jobs would not unpack the sandbox.")
FILE_LEFT_OUT = _rule(
    425, "file-left-out", "prun's rules leave a file out of the sandbox.", "warning"
)
DROPPED_VALUE = _rule(426, "dropped-value", "prun would ignore or change this value.")
NO_STREAM = _rule(427, "no-stream", "No dataset belongs to this placeholder.")
SECONDARY_DATASET = _rule(428, "secondary-dataset", "No job would read this secondary dataset.")
ATHENA_RELEASE = _rule(429, "athena-release", "The Athena release or platform is missing.")
FOREIGN_PLACEHOLDER = _rule(430, "foreign-placeholder", "prun does not replace this placeholder.")

UNREADABLE_FILE = _rule(501, "unreadable-file", "The file cannot be read.")
MISSING_INPUT = _rule(502, "missing-input", "An input has neither a value nor a default.")
UNKNOWN_INPUT = _rule(503, "unknown-input", "No workflow has an input of this name.")
INPUT_VALUE = _rule(504, "input-value", "The value does not fit the input.")
PARAMETER_FILE = _rule(505, "parameter-file", "The parameter file cannot be used.")
DUPLICATE_WORKFLOW = _rule(506, "duplicate-workflow", "Two workflows would share a folder.")
NO_WORKFLOW = _rule(507, "no-workflow", "There is no workflow, or it has no task.")
CANNOT_WRITE = _rule(508, "cannot-write", "The output cannot be written.")
SAME_BUT_FOR_CASE = _rule(509, "same-but-for-case", "Two names differ in case only.")

UNUSED_INPUT = _rule(601, "unused-input", "The input is never used.", "warning")
UNUSED_CONSTANT = _rule(602, "unused-constant", "The constant is never used.", "warning")
UNUSED_PARAMETER = _rule(603, "unused-parameter", "The loop parameter is never used.", "warning")
UNUSED_FIELD = _rule(604, "unused-field", "The result field is never used.", "warning")
UNUSED_TASK = _rule(605, "unused-task", "Nothing reads the task's output.", "warning")
SAME_EVERY_ITERATION = _rule(
    606, "same-every-iteration", "Every iteration computes the same.", "warning"
)
CONSTANT_CONDITION = _rule(
    607, "constant-condition", "The condition is always true or always false.", "warning"
)
FLOAT_EQUALITY = _rule(
    608, "float-equality", "Comparing floats for equality is unreliable.", "warning"
)
LEARNER_WITHOUT_HISTORY = _rule(
    609, "learner-without-history", "The learner does not see earlier values.", "warning"
)
SHADOWED_NAME = _rule(610, "shadowed-name", "A field does not change its namesake.", "warning")
SPLIT_ARGUMENT = _rule(611, "split-argument", "Quotes inside quotes split an argument.", "warning")
SHELL_OPERATOR = _rule(
    612, "shell-operator", "The shell takes a character as an operator.", "warning"
)
PCHAIN_PLACEHOLDER = _rule(613, "pchain-placeholder", "%{NAME} is pchain's syntax.", "warning")
SHELL_VARIABLE = _rule(614, "shell-variable", "The shell has no variable of this name.", "warning")
NO_EFFECT = _rule(615, "no-effect", "The option has no effect.", "warning")
UNUSED_STREAM = _rule(616, "unused-stream", "The command does not use this stream.", "warning")
NOTHING_READ = _rule(617, "nothing-read", "%IN is used, but the task reads no dataset.", "warning")
LEFTOVER = _rule(620, "leftover", "The sandbox holds a file that the task writes.", "warning")
OLD_VALUES = _rule(621, "old-values", "The condition uses only old values.", "warning")
LEARNER_ONLY = _rule(622, "learner-only", "Only the learner uses the parameter.", "warning")
UNNAMED_FILE = _rule(623, "unnamed-file", "The command does not contain the file name.", "warning")
ESCAPED_VALUE = _rule(624, "escaped-value", "Two braces do not insert a value.", "warning")
FILE_NOT_SENT = _rule(630, "file-not-sent", "The file is not sent to the jobs.", "warning")
NOT_IN_SANDBOX = _rule(631, "not-in-sandbox", "The file is not in the sandbox.", "warning")

ENGINE_CANNOT = _rule(701, "engine-cannot", "The target engine cannot do this.")
ENGINE_LIMIT = _rule(702, "engine-limit", "The target engine handles this differently.", "warning")

INTERNAL_ERROR = _rule(901, "internal-error", "This is a bug in alw.")

RULES: Mapping[str, Rule] = _RULES
"""Every rule by its code."""
