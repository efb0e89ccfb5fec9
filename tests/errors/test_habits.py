"""The words that people use for options lead to options that there are."""

from __future__ import annotations

import re

import pytest

from alw import compile_text
from alw.diagnostics.fixes import apply
from alw.panda.attributes import LEARNER, TASK, canonical, option
from alw.panda.synonyms import HABITS, Habit

#: What help texts set besides options: variables of a shell, and what stands in capitals.
_OURS = {*TASK, *LEARNER, "exec", "dataset"}


@pytest.mark.parametrize("word", sorted(HABITS))
def test_a_word_is_no_option(word: str) -> None:
    assert option(word) is None
    assert canonical(word, learner=False) is None


_HABITS = sorted(set(HABITS.values()), key=lambda habit: habit.how)


@pytest.mark.parametrize("habit", _HABITS)
def test_it_leads_to_an_option(habit: Habit) -> None:
    assert not habit.option or option(habit.option) is not None
    for name in re.findall(r"\b([a-z][a-z_]+) = ", habit.how):
        assert name in _OURS or canonical(name, learner=False), name


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('command = "b"', 'exec = "b"'),
        ('exec = "b" container = "docker://x"', 'exec = "b" container_image = "docker://x"'),
        ('exec = "b" depends_on = [a]', 'exec = "b" after a'),
        ('exec = "b" needs = "a"', 'exec = "b" after a'),
        ('exec = "b" queue = "X"', 'exec = "b" site = "X"'),
        ('exec = "b" outfile = ["x"]', 'exec = "b" outputs = ["x"]'),
        # not certain: another meaning, another kind of value, or something that is there already
        ('exec = "b" command = "c"', None),
        ('exec = "b" jobs = "3"', None),
        ('exec = "b" depends_on = [c]', None),
        ('script = "b.py"', None),
        ('exec = "b" ram = 4', None),
    ],
)
def test_a_word_of_certain_meaning_is_put_right(written: str, wanted: str | None) -> None:
    frame = 'workflow w {{ dataset = "user.me.x" task a {{ exec = "a" }} task b {{ {} }} }}'
    text = frame.format(written)
    (found,) = (d for d in compile_text(text).diagnostics if d.code == "ALW401")
    if wanted is None:
        assert found.help
        assert found.fix is None or not found.fix.safe
    else:
        assert found.fix is not None
        assert found.fix.safe
        assert apply(text, [found.fix]).text == frame.format(wanted)
        assert not [
            d for d in compile_text(frame.format(wanted)).diagnostics if d.severity == "error"
        ]
