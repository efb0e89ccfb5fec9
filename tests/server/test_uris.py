"""Addresses of files, as editors write them, and what pygls would make of them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygls.uris import from_fs_path, to_fs_path

from alw.server.uris import to_key, to_path, to_uri


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/a.alw", "/home/me/a.alw"),
        ("file:///home/me/a%20b%23%3F%25.alw", "/home/me/a b#?%.alw"),
        ("file:///home/me/%C3%A4%F0%9F%98%80.alw", "/home/me/ä😀.alw"),
        ("file:///home/me/a;b.alw", "/home/me/a;b.alw"),
        ("FILE:///a", "/a"),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/a#b", None),
        ("", None),
    ],
)
def test_the_path_of_an_address(uri: str, path: str | None) -> None:
    assert to_path(uri) == path
    assert to_fs_path(uri) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file://localhost/a", "/a"),
        ("file://server/share/a", None),
        ("file:///a%00b", None),
        ("file:relative", None),
    ],
)
def test_an_address_that_pygls_reads_otherwise(uri: str, path: str | None) -> None:
    assert to_path(uri) == path
    assert to_fs_path(uri) != path


def test_an_address_at_which_pygls_fails() -> None:
    for uri in ("http://[", "file://["):
        assert to_path(uri) is None
        with pytest.raises(ValueError):
            to_fs_path(uri)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1))
def test_any_name_of_a_file_comes_back(name: str) -> None:
    if name not in (".", ".."):
        assert to_path(to_uri(f"/folder/{name}")) == f"/folder/{name}"


def test_a_name_that_is_not_utf_8_keeps_its_bytes() -> None:
    path = os.fsdecode(b"/folder/\xff.alw")
    assert to_uri(path) == "file:///folder/%FF.alw"
    with pytest.raises(UnicodeEncodeError):
        from_fs_path(path)


def test_two_spellings_are_one_document() -> None:
    assert to_key("file:///a%20b%2Calw") == to_key("file:///a%20b,alw")
    assert to_key("untitled:a") != to_key("untitled:b")
