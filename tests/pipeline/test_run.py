from concurrent.futures import Executor, Future

import pytest

from csrkit.errors import RunError
from csrkit.pipeline import run as module
from csrkit.pipeline.kernels.owner import CAN_FORK
from csrkit.pipeline.progress import ConsoleProgress
from csrkit.pipeline.request import make_request


@pytest.fixture
def request_(root, tmp_path):
    return make_request(root / "study.yml", out=tmp_path / "out", derived=tmp_path / "derived")


class Elsewhere(Executor):
    """Takes jobs to another machine, it says, and comes back with a failure."""

    def __init__(self):
        self.jobs = []

    def submit(self, function, *arguments):
        self.jobs += arguments
        future = Future()
        future.set_exception(RunError("Lost on the way"))
        return future


def test_stages_that_run_elsewhere_are_not_told_of_a_socket_here(request_):
    elsewhere = Elsewhere()
    with pytest.raises(RunError, match="Lost"):
        module.run(request_, ConsoleProgress(), elsewhere)
    assert [job.socket for job in elsewhere.jobs] == [None]


@pytest.mark.skipif(not CAN_FORK, reason="no process can be forked here")
def test_stages_that_run_here_have_kernels_forked(request_, monkeypatch):
    jobs = []

    def stop(job, _):
        jobs.append(job)
        raise RunError("Far enough")

    monkeypatch.setattr(module, "execute", stop)
    with pytest.raises(RunError, match="Far enough"):
        module.run(request_, ConsoleProgress(), None)
    assert len(jobs) == 1
    assert jobs[0].socket
