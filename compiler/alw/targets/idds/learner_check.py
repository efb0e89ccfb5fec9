# mypy: ignore-errors
"""The program that checks a learner's result in its job, in Python 2.7 and 3.

It is never imported: :mod:`.epilogue` puts its text into the learner's command, without this
docstring, comments and empty lines.  The words in capitals are replaced:

* ``NAME``, ``SHOWN``: the file of the result, as a literal, and as messages show it.
* ``BOUND``: the largest number of iterations.
* ``REFUSED``: the exit status of a job whose result cannot be used.
* ``LETTERS``, ``FLOAT``: the most characters of a string, and what every float is below.
* ``FIELDS``: the lines that read the declared fields into ``fields``.
* ``PARAMETERS``: the lines that read the values of parameters from ``arguments``.
* ``CONDITION``: the expression that says whether to go on.
* ``CHECKED``: the file that takes what was found good, with ``to_continue``.

Its arguments are the exit status of the learner's command, the number of the iteration, and the
values of the parameters that the condition uses.  Since it stands in a command (:mod:`.epilogue`),
the text holds no single quote, no percent sign, no dollar sign before a brace and no three double
quotes.
"""

from __future__ import division
import sys
# nothing that the learner leaves in its folder is imported
sys.path = [path for path in sys.path if path]
import io, json
name, shown, bound = NAME, SHOWN, BOUND

def stop(why, status=REFUSED):
    sys.stderr.write("alw: " + shown + " " + why + ": the loop stops here\n")
    sys.exit(status)

arguments = sys.argv[1:]
status, iteration = int(arguments[0]), int(arguments[1])
if status:
    stop("is not used, the learner ended with exit status " + str(status), min(status, 254))

try:
    with io.open(name, encoding="utf-8") as file:
        result = json.load(file)
except (IOError, OSError):
    stop("cannot be read")
except Exception as error:
    stop("is not JSON (" + str(error)[:200] + ")")

if not isinstance(result, dict):
    stop("does not hold an object")

# a command takes the value as it is, also with an engine that looks into it for its marks
def insertable(value, letters):
    if value[:1] in ("", "-", "_") or value[-1] == "_" or "_" * 3 in value:
        return False
    return set(value) <= set(letters)

def field(key, kind, letters=None):
    if key not in result:
        stop("has no field " + key)
    value, whole = result[key], (int, type(2 ** 64))
    number = isinstance(value, whole + (float,)) and not isinstance(value, bool)
    if kind == "bool":
        good = isinstance(value, bool)
    elif kind == "string":
        good = isinstance(value, type(u""))
        if good and len(value) > LETTERS:
            stop("has in field " + key + " more than LETTERS characters")
        if good and any(ord(c) == 0 or 0xD800 <= ord(c) < 0xE000 for c in value):
            stop("has in field " + key + " a character that iDDS cannot store: " + repr(value)[:80])
        if good and letters is not None and not insertable(value, letters):
            stop("has in field " + key + " what cannot be inserted: " + repr(value)[:80])
    elif kind == "int":
        good = number and isinstance(value, whole) and abs(value) < 10 ** 18
    else:
        good = number and abs(value) < FLOAT
        value = float(value) if good else value
    if not good:
        stop("has in field " + key + " not " + kind + " but " + repr(value)[:80])
    return value

FIELDS
PARAMETERS
try:
    go_on = CONDITION
except Exception as error:
    stop("makes the condition fail (" + type(error).__name__ + ": " + str(error)[:200] + ")")

to_continue = go_on and iteration < bound
fields["to_continue"] = to_continue
with io.open("CHECKED", "w", encoding="utf-8") as file:
    file.write(type(u"")(json.dumps(fields, sort_keys=True)))
said = "alw: iteration " + str(iteration) + " of at most " + str(bound)
said += ", condition " + str(go_on) + ": the loop " + ("goes on" if to_continue else "ends")
sys.stderr.write(said + "\n")
