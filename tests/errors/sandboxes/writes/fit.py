from pathlib import Path

name = "points"
Path(name + ".json").write_text("{}")
Path("fit.json").write_text("{}")
