"""The learner: which gain gives the wanted signal?

python adjust.py RESULT.json GAIN FILE,FILE,...
"""

import json
import sys


def main(arguments):
    if len(arguments) != 4:
        sys.exit(__doc__)
    gain = float(arguments[2])
    with open("settings.json") as file:
        wanted = json.load(file)["wanted"]
    signals = []
    for name in arguments[3].split(","):
        with open(name) as file:
            signals.append(json.load(file)["signal"])
    signal = sum(signals) / len(signals)
    error = abs(signal - wanted) / wanted
    print(f"gain {gain:.4f}: signal {signal:.2f}, wanted {wanted:.2f}")
    with open(arguments[1], "w") as file:
        json.dump({"gain": round(gain * wanted / signal, 6), "error": error}, file)


if __name__ == "__main__":
    main(sys.argv)
