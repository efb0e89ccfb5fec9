"""One job: the detector's mean signal at a gain.

python measure.py GAIN OUTPUT.json
"""

import json
import random
import sys


def main(arguments):
    if len(arguments) != 3:
        sys.exit(__doc__)
    gain = float(arguments[1])
    with open("settings.json") as file:
        settings = json.load(file)
    signals = [
        random.gauss(settings["response"] * gain, settings["noise"])
        for _ in range(settings["events"])
    ]
    with open(arguments[2], "w") as file:
        json.dump({"gain": gain, "signal": sum(signals) / len(signals)}, file)


if __name__ == "__main__":
    main(sys.argv)
