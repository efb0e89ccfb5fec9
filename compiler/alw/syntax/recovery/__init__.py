"""Reading a text with faults: report each fault once, and keep what is right.

The parser stops at the first fault (:mod:`..parse`).  Then the mended text is read again here,
from its beginning, by the same LALR automaton, but token by token and under control: before a
token is shifted, it is known whether it fits.  The result is a tree in any case.

**The automaton** (:mod:`.automaton`).  Lark's interactive parser has a stack of states and a table
of actions.  ``accepts(kinds, cut=n)`` plays a sequence of tokens on a copy of the top of the stack,
after dropping ``n`` entries, without running any of the builder's code.  Every decision below is a
question to it, so that nothing here repeats the grammar, and no attempt has to be undone.

**Tokens** (:mod:`.tokens`).  Tokens are the lexer's.  What is no token is reported and replaced: a
string in other quotes or without its closing quote by an empty STRING, a number with letters in it
by an empty NAME, a foreign comment by nothing.  A token without text stands for what was not
understood; the builder makes ``Broken`` of it, about which later phases say nothing.

**The loop** (:mod:`.recover`).  For each token, in order:

1. An item in the words of another language (``step a {``, ``let x = 1``) is recognised where an
   item can start (:mod:`.foreign`).  A misspelt keyword is replaced by ours, and the text is read
   as if it had been written; all others are skipped.
2. A keyword where only a name fits is a name, as for the parser.
3. If the automaton accepts the token, it is shifted.  An exception are braces that do not match
   (:mod:`.bodies`): there are as many too few, or too many, as a count of all of them says, and the
   place of the fault is guessed from the layout: a ``task`` at the start of a line does not belong
   into the body of a task, and what follows the last brace of a workflow is another workflow.
4. Otherwise the fault is reported (:mod:`.complaints`) and repaired.

**Repairs**, in the order tried:

* at the end of the file: close what is open;
* drop or supply the brace that does not match;
* read a name like ``my-task`` as one name;
* drop the token, if the next one on its line fits;
* read ``=`` as ``==``, or ``:`` as ``=``, where that fits;
* skip a body that is told by its indentation (``task a:``);
* supply the missing token, or two of them, after which this one fits: a name, a colon, a comma, a
  bracket, …;
* skip everything to the next line that starts an item, or the end of the body.

Before the text is read on after a skip, the unfinished item has to leave the stack.  It is
completed with the shortest of a few sequences (``_COMPLETIONS``), if any fits, so that its
beginning is kept; else entries are dropped one by one until one fits, at the latest at the start of
the file.  After every repair a token is shifted or skipped, so the loop ends.

**The layout** (:mod:`.layout`) is evidence, not grammar: a program may be written on one line.  But
where something is wrong, a keyword or ``NAME =`` at the start of a line is taken for the start of
an item.

**What is said.**  One fault is reported per line, and none that follows from another one: a body
that lost something is marked (``Block.is_complete``), so that no later phase complains about what
is not there; a supplied token has no text, and with it no value.
"""
