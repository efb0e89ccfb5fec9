"""Stands in for the `alw` command in a checkout that does not have it yet.

`python driver.py check FILE`, `python driver.py compile -o DIR FILE`.
"""

import sys

import alw


def main() -> int:
    command, *rest = sys.argv[1:]
    result = alw.compile(rest[-1])
    for found in result.diagnostics:
        place = found.source.position(found.span.start)
        print(f"{found.source.name}:{place.line}: {found.code} {found.message}", file=sys.stderr)
    if command == "compile" and result.ok:
        result.write(rest[rest.index("-o") + 1])
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
