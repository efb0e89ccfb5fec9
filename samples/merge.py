"""The learner: where is the selection efficiency highest, and is it known well enough?

    python merge.py RESULT.json M1 M2 NEVENTS FILE,FILE,...

The files are those of the jobs of this iteration, each with the efficiency at a point near
(M1, M2).  The learner fits

    efficiency = value + slope . d + curvature d^2 / 2,      d = point - (M1, M2)

to them, by least squares, and then does one of three things.  While the slope is significant, it
moves to where the fit has its maximum, but no further than the fit can be trusted.  At the top it
stays, and asks for more events until the efficiency is known well enough.  When it is, it writes
nevents = 0, and the loop ends.
"""

import json
import math
import sys

LONGEST = 0.5  # step in one iteration
SHORTEST = 0.1  # a shorter one is not worth an iteration
SIGNIFICANT = 3.0  # standard deviations
WANTED = 0.01  # uncertainty of the efficiency at the end
MOST_EVENTS = 20000  # of a job


def inverse(matrix):
    """The inverse of a matrix, by Gauss-Jordan elimination."""
    size = len(matrix)
    rows = [list(row) + [float(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(size):
            if k != i:
                factor = rows[k][i]
                rows[k] = [rows[k][j] - factor * rows[i][j] for j in range(2 * size)]
    return [row[size:] for row in rows]


def fit(measurements, m1, m2):
    """The parameters (value, two slopes, curvature) of the fit, and their covariance."""
    matrix = [[0.0] * 4 for _ in range(4)]
    vector = [0.0] * 4
    for measured in measurements:
        d1, d2 = measured["m1"] - m1, measured["m2"] - m2
        terms = [1.0, d1, d2, (d1 * d1 + d2 * d2) / 2]
        weight = 1.0 / measured["uncertainty"] ** 2
        for i in range(4):
            vector[i] += weight * terms[i] * measured["efficiency"]
            for j in range(4):
                matrix[i][j] += weight * terms[i] * terms[j]
    covariance = inverse(matrix)
    parameters = [sum(row[i] * vector[i] for i in range(4)) for row in covariance]
    return parameters, covariance


def propose(measurements, m1, m2, n_events):
    """The next point and number of events."""
    if len(measurements) < 5:
        print(f"only {len(measurements)} files: once more")
        return m1, m2, n_events
    (value, slope1, slope2, curvature), covariance = fit(measurements, m1, m2)
    uncertainty = math.sqrt(covariance[0][0])
    print(f"efficiency {value:.4f} +- {uncertainty:.4f} at ({m1:.3f}, {m2:.3f})")

    slope = math.hypot(slope1, slope2) or 1e-12
    # The variance of the slope in its own direction.
    a, b = slope1 / slope, slope2 / slope
    variance = a * a * covariance[1][1] + 2 * a * b * covariance[1][2] + b * b * covariance[2][2]
    step = min(LONGEST, -slope / curvature) if curvature < 0 else LONGEST
    print(f"slope {slope:.3f} +- {math.sqrt(variance):.3f}, step {step:.3f}")

    if slope > SIGNIFICANT * math.sqrt(variance) and step > SHORTEST:
        return m1 + step * a, m2 + step * b, n_events
    if uncertainty > WANTED and n_events < MOST_EVENTS:
        factor = min(5.0, max(2.0, (uncertainty / WANTED) ** 2))
        return m1, m2, min(MOST_EVENTS, int(n_events * factor))
    return m1, m2, 0


def main(arguments):
    if len(arguments) != 5:
        sys.exit(__doc__)
    measurements = []
    for name in arguments[4].split(","):
        with open(name) as file:
            measurements.append(json.load(file))
    m1, m2, n_events = propose(
        measurements, float(arguments[1]), float(arguments[2]), int(arguments[3])
    )
    with open(arguments[0], "w") as file:
        json.dump({"m1": round(m1, 6), "m2": round(m2, 6), "nevents": n_events}, file)
    print(f"next: m1 = {m1:.3f}, m2 = {m2:.3f}, {n_events} events a job")


if __name__ == "__main__":
    main(sys.argv[1:])
