import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from csrkit.pipeline import conductor as module
from csrkit.pipeline.conductor import Conductor
from csrkit.pipeline.stages import Stage, stages_of


class Told:
    def __init__(self):
        self.events = []

    def __getattr__(self, name):
        return lambda stage: self.events.append((name, stage.name))


def stages(**needs):
    return [Stage(name, name, tuple(of), ()) for name, of in needs.items()]


def run(graph, work, skip=()):
    told, completed = Told(), []

    def prepare(stage):
        return None if stage.name in skip else (work, (stage.name,))

    with ThreadPoolExecutor(2) as pool:
        Conductor(pool, prepare, lambda stage: completed.append(stage.name), told).run(graph)
    return told.events, completed


def test_a_stage_runs_after_all_it_needs():
    _, completed = run(stages(d="bc", b="a", c="a", a=""), lambda name: name)
    assert completed[0] == "a"
    assert completed[-1] == "d"
    assert sorted(completed) == list("abcd")


def test_a_skipped_stage_is_told_and_lets_the_next_one_run():
    events, completed = run(stages(a="", b="a"), lambda name: name, skip="a")
    assert ("skipped", "a") in events
    assert completed == ["b"]


def test_a_failing_stage_ends_the_run_and_what_needs_it_never_starts():
    def work(name):
        if name == "b":
            raise ValueError("b is broken")

    told, completed = Told(), []
    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="b is broken"):
        Conductor(pool, lambda s: (work, (s.name,)), lambda s: completed.append(s.name), told).run(
            stages(a="", b="a", c="b")
        )
    assert ("failed", "b") in told.events
    assert ("started", "c") not in told.events
    assert completed == ["a"]


def test_a_failure_stops_those_under_way_and_none_that_waits_begins():
    let_go, begun = threading.Event(), []

    def work(name):
        begun.append(name)
        if name == "s":
            assert let_go.wait(30), "nobody stopped it"
            raise RuntimeError("ended from without")
        if name == "b":
            time.sleep(0.2)
            raise ValueError("bad")

    told = Told()
    with ThreadPoolExecutor(2) as pool:
        conductor = Conductor(
            pool, lambda s: (work, (s.name,)), lambda _: None, told, stop=let_go.set
        )
        with pytest.raises(ValueError, match="bad"):
            conductor.run(stages(d="", s="d", b="d", w="d", m="d"))
    assert sorted(begun) == ["b", "d", "s"]
    assert ("failed", "b") in told.events
    for name in ("s", "w", "m"):
        assert ("stopped", name) in told.events
    assert conductor.kept == ["d"]


def test_a_stage_that_cant_be_stopped_isnt_waited_for_long(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    far = threading.Event()

    def work(name):
        if name == "f":
            far.wait(30)
        else:
            raise ValueError("bad")

    began = time.monotonic()
    pool = ThreadPoolExecutor(2)
    with pytest.raises(ValueError, match="bad"):
        Conductor(pool, lambda s: (work, (s.name,)), lambda _: None, Told()).run(stages(f="", b=""))
    assert time.monotonic() - began < 10
    far.set()
    pool.shutdown()


def test_a_stage_that_ended_well_beside_a_failure_is_kept():
    both = threading.Barrier(2)

    def work(name):
        both.wait(30)
        if name == "b":
            time.sleep(0.1)
            raise ValueError("bad")

    told = Told()
    with ThreadPoolExecutor(2) as pool:
        conductor = Conductor(pool, lambda s: (work, (s.name,)), lambda _: None, told)
        with pytest.raises(ValueError, match="bad"):
            conductor.run(stages(g="", b=""))
    assert conductor.kept == ["g"]


def test_a_stage_whose_results_cant_be_kept_ends_the_run():
    def complete(stage):
        raise OSError("no room")

    told, stopped = Told(), []
    with ThreadPoolExecutor(1) as pool, pytest.raises(OSError, match="no room"):
        Conductor(pool, lambda s: (str, ()), complete, told, stop=lambda: stopped.append(True)).run(
            stages(a="", b="a")
        )
    assert ("failed", "a") in told.events
    assert stopped
    assert ("started", "b") not in told.events


def test_the_stages_of_a_report_are_one_acyclic_graph_with_a_notebook_each(root, study):
    _, names = run(stages_of(study), lambda name: name)
    assert names[:2] == ["10_validate", "20_derive"]
    assert sorted(names) == sorted(p.stem for p in (root / "notebooks").glob("*.ipynb"))


def test_no_two_stages_write_to_the_same_place(study):
    places = [path for stage in stages_of(study) for path in stage.produces]
    assert len(places) == len(set(places))
