"""The queue of long work: requests wait in order, and the pages keep a thread."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cress.base.files import locks
from cress.base.files.locks import BusyError, folder_lock, in_small_steps
from cress.base.web.pages_first import PagesFirstMiddleware
from tests.busy import no_spare_thread

LONG = 60  # seconds: far more than a slow machine needs


@pytest.fixture
def spare_threads(monkeypatch):
    """Ten threads that the pages can spare, whatever the settings say."""
    monkeypatch.setattr(locks, "_spare_threads", threading.BoundedSemaphore(10))
    monkeypatch.setattr(locks, "PATIENCE", LONG)


def waiting(folder):
    """Return how many threads hold or wait for the lock of the folder."""
    return len(locks._queues[folder]._waiting)


def wait_until(condition):
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_requests_get_the_lock_one_at_a_time_in_their_order(tmp_path, spare_threads):
    order, inside = [], []

    def work(number):
        with folder_lock(tmp_path):
            inside.append(number)
            assert inside == [number]
            order.append(number)
            time.sleep(0.01)
            inside.remove(number)

    with ThreadPoolExecutor(6) as pool:
        with folder_lock(tmp_path):
            jobs = []
            for number in range(6):
                jobs.append(pool.submit(work, number))
                wait_until(lambda number=number: waiting(tmp_path) == number + 2)
        for job in jobs:
            job.result(LONG)

    assert order == [0, 1, 2, 3, 4, 5]
    assert waiting(tmp_path) == 0


def test_a_request_that_gives_up_leaves_the_queue(tmp_path, spare_threads, monkeypatch):
    with folder_lock(tmp_path), ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(locks, "PATIENCE", 0.05)

        def give_up():
            with pytest.raises(BusyError), folder_lock(tmp_path):
                raise AssertionError

        pool.submit(give_up).result(LONG)
        assert waiting(tmp_path) == 1

    with folder_lock(tmp_path):
        pass


def test_a_failure_frees_the_lock(tmp_path, spare_threads):
    with pytest.raises(ZeroDivisionError), folder_lock(tmp_path):
        raise ZeroDivisionError

    with folder_lock(tmp_path):
        pass


def test_two_folders_do_not_wait_for_each_other(tmp_path, spare_threads):
    with folder_lock(tmp_path / "one"), folder_lock(tmp_path / "two"):
        pass


def test_another_process_holds_the_lock_too(tmp_path, spare_threads, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    script = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / ".lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), folder_lock(tmp_path):
            raise AssertionError
        other.communicate()
    monkeypatch.setattr(locks, "PATIENCE", LONG)

    with folder_lock(tmp_path):
        pass


def test_the_last_thread_is_never_used_to_wait(tmp_path):
    with no_spare_thread(), pytest.raises(BusyError), folder_lock(tmp_path):
        raise AssertionError


def test_several_threads_may_wait_by_default(settings):
    """Two people at once: one file is written, and the second request waits."""
    assert settings.WEB_BLOCKING_THREADS - 1 >= 2


def test_the_lock_works_without_a_lock_file(tmp_path, spare_threads, caplog):
    """The disk may be full: the threads of the process still work one at a time."""
    (tmp_path / "file").write_bytes(b"")
    folder = tmp_path / "file" / "folder"

    def work():
        with folder_lock(folder):
            return True

    with ThreadPoolExecutor(1) as pool:
        with folder_lock(folder):
            job = pool.submit(work)
            wait_until(lambda: waiting(folder) == 2)
            assert not job.done()
        assert job.result(LONG)
    assert "cannot be written" in caplog.text


def test_long_work_pauses_for_the_pages(monkeypatch):
    pauses = []
    monkeypatch.setattr(locks.time, "sleep", pauses.append)

    assert list(in_small_steps(range(3))) == [0, 1, 2]
    assert pauses == []
    monkeypatch.setattr(locks, "_WORK", 0)
    assert list(in_small_steps("abc")) == ["a", "b", "c"]
    assert len(pauses) >= 2


@pytest.fixture
def answered_pages():
    """Two events: a page is answered from now on in another thread, until the second is set."""
    has_begun, may_end = threading.Event(), threading.Event()

    def view(request):
        has_begun.set()
        assert may_end.wait(LONG)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(PagesFirstMiddleware(view), None)
        assert has_begun.wait(LONG)
        try:
            yield may_end
        finally:
            may_end.set()
            answer.result(LONG)


def pauses_of_a_job(monkeypatch):
    """Return how many pauses a job of three steps makes, which may last for ever."""
    pauses = []
    monkeypatch.setattr(locks.time, "sleep", pauses.append)
    monkeypatch.setattr(locks, "_WORK", -1)
    for row in in_small_steps(range(4)):
        if row == 3:
            break
    return len(pauses)


def test_long_work_pauses_longer_while_a_page_is_answered(monkeypatch, answered_pages):
    assert pauses_of_a_job(monkeypatch) > 3


def test_long_work_goes_on_when_the_page_is_answered(monkeypatch):
    assert pauses_of_a_job(monkeypatch) == 3


def test_jobs_do_not_wait_for_each_other(monkeypatch, tmp_path, spare_threads):
    """A request that does long work, or waits for its turn, is no page."""

    def view(request):
        with folder_lock(tmp_path):
            return pauses_of_a_job(monkeypatch)

    assert PagesFirstMiddleware(view)(None) == 3
