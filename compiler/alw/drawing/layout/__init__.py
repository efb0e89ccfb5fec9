"""Layout of blocks and wires: rows from top to bottom, and orthogonal lines between them.

A chart is laid out level by level: first each loop, whose picture is then one block of the
chart.  A wire into a loop ends at a gate, a block without size in the first or last row of the
loop.  The line back to the start of a loop is no wire: it is drawn on the right of everything.
The steps are those of Sugiyama, Tagawa and Toda (1981); everything is deterministic: ties keep
the order of the source.

1. *Ranks* (:mod:`.ranks`).  Edges that close a circle are turned (depth first).  Each block gets
   a row below all of its parents; one without parents moves down to its first child.  Blocks may
   be pinned: gates and parameters to the first rows, the condition of a loop to the last ones.
2. *Orders* (:mod:`.order`).  A net (wires with a common end and label) that passes a row gets
   an item in it.  Rows are sorted by the mean place of their neighbours (barycentre), ten sweeps
   down and up; the order with the fewest crossings is kept.
3. *Wrapping* (``wrap_rows``).  Rows wider than wanted are cut into strips below each other.
   :mod:`..picture` tries several widths and keeps the best shape for a screen.  Trunks of
   fans run at the ends of rows.
4. *Columns* (:mod:`.columns`).  In sweeps, each item wants the median of its neighbours; a row
   is settled by least squares with minimal distances (pool adjacent violators).  Wrapped rows
   are drawn to the middle, too; otherwise they push each other aside, sweep by sweep.
5. *Channels* (:mod:`.channels`).  Between two rows, each net that does not run straight gets a
   horizontal track.  Neighbouring tracks are swapped while that saves crossings; lines on each
   other count most.  Wires of a net share a trunk, and one label at their common end.
6. *Folding* (:mod:`.folding`).  A long chain becomes several columns, cut where few lines pass.

Compared with libraries, November 2026
======================================
All samples, the charts of ``tests/drawing``, and benchmark workflows of 40 and 1,000 tasks were
drawn with adapters (the same boxes and labels), looked at and measured:

==========================  ========  ===========  =============  =========  ================
chart, layout               crossings  through box  label overlap  seconds    size
==========================  ========  ===========  =============  =========  ================
active_learning, here              0            0              0      0.002      475 x 540
active_learning, pyelk             4            5              1      0.003      351 x 508
active_learning, graphlay          0            0              0      0.002      341 x 448
49 chains in a loop, here          0            0              0      0.27     2,340 x 1,603
49 chains in a loop, pyelk        88           34             48      0.01     6,135 x 839
49 chains, graphlay                0            0              0      0.03     6,180 x 1,978
fan of 30, here                    0            0              0      0.03     1,137 x 738
fan of 30, graphlay                0            0              0      0.01     5,402 x 655
40 tasks, here                     0            0              0      0.02     1,160 x 1,312
40 tasks, graphlay                 0            0              0      0.01     1,989 x 711
1,000 tasks, here                293            0              0      0.6      4,012 x 7,450
1,000 tasks, graphlay              0            0              0      0.1     37,128 x 3,388
==========================  ========  ===========  =============  =========  ================

* ``pyelk`` 0.3.0 (EPL-2.0, one release) has the interface of ELK, not its algorithms.  It does
  not route orthogonally (``edgeRouting`` is not read), so lines run askew through boxes; items
  that stand for long edges have no neighbours, so they are not ordered; ports are placed, but
  lines do not end there; edges get no labels; edges into a frame are refused, or silently not
  drawn (``INCLUDE_CHILDREN``); a chain of 1,200 is a ``RecursionError``.
* ``graphlay`` 0.3.1 (MIT/Apache, Rust, 4.3 MB; four releases since October 2026) draws well, and
  has compound nodes and labels.  But rows are not wrapped, so a fan is five times as wide;
  thirty flows of one file are thirty lines with thirty labels; in a circle (an ill-formed loop)
  the start is below the end; some labels lie outside of the bounds.  Worth another look.
* ``fast-sugiyama`` 0.5.3 (Rust, Python 3.11 or later) returns places of nodes, and has neither
  frames nor routes.
"""
