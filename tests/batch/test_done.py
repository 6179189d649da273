"""The set of answered names: exact on what it holds, small in memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unmask.batch.done import Done

names = st.sets(st.text(st.characters(codec=None), max_size=20), max_size=50)


@given(names, names, names)
def test_it_behaves_as_a_set(first, second, others):
    done = Done()
    for batch in (first, second):
        for name in batch:
            done.add(name)
        done.settle()
    assert all(name in done for name in first | second)
    assert not any(name in done for name in others - first - second)


def test_what_was_added_counts_once_settled():
    done = Done()
    done.add("a")
    assert "a" not in done
    done.settle()
    assert "a" in done
    assert len(done) == 1


def test_a_hundred_thousand_names_take_less_than_two_megabytes():
    import tracemalloc

    tracemalloc.start()
    done = Done()
    for i in range(100_000):
        done.add(f"folder/{i}.jpg")
    done.settle()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2_000_000
    assert "folder/99999.jpg" in done
