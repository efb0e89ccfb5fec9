"""What of a task's map identifies a person."""

from __future__ import annotations

import pytest

from alw.panda.anonymise import find_traces, remove_persons
from tests.engine.stored import SEED, stored_map
from tests.schemas.documents import PRUN, prun_arguments


@pytest.mark.parametrize("name", PRUN)
def test_prun_names_nobody_but_in_datasets(name: str) -> None:
    if name == "event picking":
        return
    stored = stored_map(prun_arguments(PRUN[name]))
    kept, gone = remove_persons(stored)
    assert gone == ["userName", "countryGroup"]
    assert {**kept, "userName": stored["userName"], "countryGroup": "us"} == stored
    assert find_traces(kept) == []


@pytest.mark.parametrize(
    "key", ["userName", "user_name", "userDN", "DN", "e_mail", "email", "nickName", "prodUserID"]
)
def test_names_of_persons_go_wherever_they_stand(key: str) -> None:
    deep = {"jobParameters": [{"type": "constant", key: "me", "value": "x"}], "more": {key: 1}}
    kept, gone = remove_persons(deep)
    assert kept == {"jobParameters": [{"type": "constant", "value": "x"}], "more": {}}
    assert gone == [f"jobParameters[0].{key}", f"more.{key}"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail me.too@cern.ch x", ["me.too@cern.ch"]),
        ("mail%20me%40cern.ch", ["me@cern.ch"]),
        (
            "--dn '/DC=ch/DC=cern/OU=Users/CN=me/CN=1/CN=Me Myself' x",
            ["/DC=ch/DC=cern/OU=Users/CN=me/CN=1/CN=Me Myself"],
        ),
        ("cd /home/me/run", ["/home/me"]),
        ("cd /afs/cern.ch/user/m/me/run; ls /eos/user/m/me",
         ["/afs/cern.ch/user/m/me", "/eos/user/m/me"]),
        ("@centos7 user.me.x_y/ %IN a@b /cvmfs/x docker://a/b:25.2@sha", []),
    ],
)  # fmt: skip
def test_traces(text: str, found: list[str]) -> None:
    stored = {**stored_map(SEED), "x": [{"value": text}]}
    assert find_traces(stored) == [("x", trace) for trace in found]
