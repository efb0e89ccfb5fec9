"""Put the grammar and the schemas, which lie beside the package's sources, into a wheel."""

from pathlib import Path
from typing import ClassVar

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class BuildWithData(build_py):
    """Build the package with the folders of data that a checkout has at its top."""

    folders: ClassVar = {
        "grammar": ("*.lark", "*.tables", "*.tmLanguage.json"),
        "schemas": ("*.json",),
    }

    def run(self) -> None:
        """Build, and copy the data; an editable install reads it where it lies."""
        super().run()
        if not self.editable_mode:
            for source, copy in self._copies():
                self.mkpath(str(copy.parent))
                self.copy_file(str(source), str(copy))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return the files of the built package."""
        copies = [] if self.editable_mode else [str(copy) for _, copy in self._copies()]
        return [*super().get_outputs(include_bytecode), *copies]

    def _copies(self) -> list[tuple[Path, Path]]:
        built = Path(self.build_lib) / "alw"
        return [
            (path.relative_to(HERE), built / folder / path.name)
            for folder, patterns in self.folders.items()
            for pattern in patterns
            for path in sorted((HERE / folder).glob(pattern))
        ]


setup(cmdclass={"build_py": BuildWithData})
