"""One job of a toy measurement: how many signal events does a search select?

    python simplescript.py M1 M2 NEVENTS OUTPUT.json [SEED]

The signal has two unknown masses.  Every job takes a point near (M1, M2), so that the jobs of an
iteration together see how the selection efficiency changes from point to point.  It generates
NEVENTS events there, smears the masses with the resolution of the detector, and counts what the
selection keeps.  The output holds the point, the counts, the efficiency and its uncertainty.
"""

import json
import math
import os
import random
import sys

SPREAD = 0.2  # of the jobs' points around (M1, M2)
RESOLUTION = 0.1  # of the detector

# The truth, which no learner knows: the efficiency is highest at BEST.
BEST = (1.3, 0.9)
HIGHEST = 0.8
WIDTHS = (0.7, 0.6)


def probability(m1, m2):
    """The probability that the selection keeps an event of measured masses m1, m2."""
    x = (m1 - BEST[0]) / WIDTHS[0]
    y = (m2 - BEST[1]) / WIDTHS[1]
    return HIGHEST * math.exp(-(x * x + y * y - 0.4 * x * y) / 2)


def measure(m1, m2, n_events, dice):
    """Generate events at a point, and count those that are selected."""
    selected = 0
    for _ in range(n_events):
        seen = probability(dice.gauss(m1, RESOLUTION), dice.gauss(m2, RESOLUTION))
        if dice.random() < seen:
            selected += 1
    # The standard deviation of the posterior for a uniform prior: never zero, unlike
    # sqrt(p (1 - p) / n) when nothing or everything is selected.
    mean = (selected + 1.0) / (n_events + 2.0)
    return {
        "m1": m1,
        "m2": m2,
        "n_events": n_events,
        "n_selected": selected,
        "efficiency": mean,
        "uncertainty": math.sqrt(mean * (1 - mean) / (n_events + 3.0)),
    }


def main(arguments):
    if len(arguments) not in (4, 5):
        sys.exit(__doc__)
    m1, m2, n_events = float(arguments[0]), float(arguments[1]), int(arguments[2])
    if n_events < 1:
        sys.exit(f"nothing to simulate: NEVENTS is {n_events}")
    # Every job needs random numbers of its own; the output says which it had.
    seed = int(arguments[4]) if len(arguments) == 5 else int.from_bytes(os.urandom(6), "big")
    dice = random.Random(seed)
    result = measure(dice.gauss(m1, SPREAD), dice.gauss(m2, SPREAD), n_events, dice)
    result["seed"] = seed
    with open(arguments[3], "w") as output:
        json.dump(result, output, indent=1, sort_keys=True)
    print(f"{result['n_selected']} of {n_events} events selected near ({m1:.3f}, {m2:.3f})")


if __name__ == "__main__":
    main(sys.argv[1:])
