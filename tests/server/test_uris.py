"""Addresses of files, as editors on both kinds of systems write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alw.server.uris import key_of, path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/a.alw", "/home/me/a.alw"),
        ("file:///home/me/a%20b%23%3F%25.alw", "/home/me/a b#?%.alw"),
        ("file:///home/me/%C3%A4%F0%9F%98%80.alw", "/home/me/ä😀.alw"),
        ("FILE:///a", "/a"),
        ("file://localhost/a", "/a"),
        ("file://server/share/a", None),
        ("file:///a%00b", None),
        ("file:relative", None),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/a#b", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_the_path_of_an_address(uri: str, path: str | None) -> None:
    assert path_of(uri, windows=False) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/a%20b.alw", "c:\\Users\\a b.alw"),
        ("file:///C:/Users/a.alw", "c:\\Users\\a.alw"),
        ("file://server/share/a.alw", "\\\\server\\share\\a.alw"),
    ],
)
def test_the_path_of_an_address_on_windows(uri: str, path: str) -> None:
    assert path_of(uri, windows=True) == path
    assert path_of(uri_of(path, windows=True), windows=True) == path


def test_addresses_on_windows_are_written_as_editors_write_them() -> None:
    assert uri_of("C:\\a b\\ä.alw", windows=True) == "file:///c%3A/a%20b/%C3%A4.alw"
    assert uri_of("\\\\server\\share\\a", windows=True) == "file://server/share/a"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1))
def test_any_name_of_a_file_comes_back(name: str) -> None:
    if name not in (".", ".."):
        assert path_of(uri_of(f"/folder/{name}", windows=False), windows=False) == f"/folder/{name}"


def test_two_spellings_are_one_document() -> None:
    assert key_of("file:///a%20b%2Calw") == key_of("file:///a%20b,alw")
    assert key_of("untitled:a") != key_of("untitled:b")
