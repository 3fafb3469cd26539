import threading
import time

import pytest

from csrkit.errors import RunError
from csrkit.pipeline.kernels.stop import Stop
from csrkit.pipeline.notebooks.execute import execute


def test_what_was_handed_over_is_called_once_in_its_order():
    called, stop = [], Stop()
    stop.add(lambda: called.append("a"))
    stop.add(lambda: called.append("b"))
    assert not stop.thrown
    stop.throw()
    stop.throw()
    assert called == ["a", "b"]
    assert stop.thrown


def test_what_comes_too_late_is_called_at_once():
    called, stop = [], Stop()
    stop.throw()
    stop.add(lambda: called.append("late"))
    assert called == ["late"]


@pytest.mark.parametrize("started", ["forked", "plain"])
def test_a_notebook_under_way_is_ended_from_another_thread(request, started):
    job = request.getfixturevalue(started)(
        "import os, pathlib\npathlib.Path('begun').write_text(str(os.getpid()))\nwhile True: pass"
    )
    stop, failures = Stop(), []

    def work():
        try:
            execute(job, stop)
        except RunError as failure:
            failures.append(failure.what)

    thread = threading.Thread(target=work)
    thread.start()
    begun = job.source.parent / "begun"
    until = time.monotonic() + 60
    while not (begun.exists() and begun.read_text()) and time.monotonic() < until:
        time.sleep(0.02)
    stop.throw()
    thread.join(10)
    assert not thread.is_alive()
    assert failures == ["A stage was stopped"]
    assert not job.target.exists()


def test_a_notebook_isnt_begun_once_the_run_is_stopped(plain):
    job, stop = plain("import pathlib\npathlib.Path('begun').touch()"), Stop()
    stop.throw()
    with pytest.raises(RunError, match="was stopped"):
        execute(job, stop)
    assert not (job.source.parent / "begun").exists()
