"""The jobs of the worker: their schedule, their lease, what happens when one fails."""

import os
import signal
import subprocess
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from cress.contact import privacy
from cress.contact.models import Mail, Message
from cress.operations.jobs import DAY, JOBS, MINUTE, RETRY, Job
from cress.operations.leases import Lease
from cress.operations.models import LEASE, JobState
from cress.operations.worker import declare_jobs, due_jobs, run_job
from enterprises.photos.store import YOUNGEST_ORPHAN, shown_folder
from tests.demo import python_process, runs_once
from tests.factories import make_mail, make_message
from tests.postgresql import cluster, why_missing
from tests.waits import LIMIT, wait_until


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch):
    """Keep the connection that holds the transaction of the test; a job never runs in one."""
    monkeypatch.setattr("cress.operations.worker.close_old_connections", lambda: None)


def make_job(steps=list, *, every=DAY, has_work=lambda: False, **state):
    """Return a job that is due, unless its state says otherwise."""
    job = Job("test", "tâche d’essai", every, steps, has_work)
    state = {"next_run_at": timezone.now() - MINUTE} | state
    JobState.objects.update_or_create(name=job.name, defaults=state)
    return job


def state_of(job):
    return JobState.objects.get(name=job.name)


def hours_until_next_run(job):
    return (state_of(job).next_run_at - timezone.now()) / timedelta(hours=1)


# Schedule


def test_a_new_job_runs_after_its_interval(db):
    declare_jobs()

    assert JobState.objects.count() == len(JOBS) == 9
    assert due_jobs() == []
    links = JobState.objects.get(name="links")
    assert timedelta(hours=23) < links.next_run_at - timezone.now() < timedelta(hours=25)


def test_jobs_that_are_known_keep_their_schedule(db):
    declare_jobs()
    JobState.objects.filter(name="purge").update(next_run_at=timezone.now() - MINUTE)

    declare_jobs()

    assert [job.name for job in due_jobs()] == ["purge"]


def test_a_job_that_is_due_runs_once_and_then_waits_for_its_interval(db):
    runs = []
    job = make_job(lambda: [runs.append(1)])

    assert due_jobs([job]) == [job]
    assert run_job(job, "a worker")
    assert due_jobs([job]) == []
    assert not run_job(job, "a worker")

    state = state_of(job)
    assert runs == [1]
    assert state.last_started_at <= state.last_ended_at
    assert (state.holder, state.leased_until, state.last_error) == ("", None, "")
    assert 23 < hours_until_next_run(job) < 25


def test_a_job_whose_work_waits_runs_before_its_time(db):
    job = make_job(has_work=lambda: True, next_run_at=timezone.now() + DAY)

    assert due_jobs([job]) == [job]
    assert run_job(job, "a worker")


def test_mail_that_waits_is_work_unless_another_process_sends_it(db):
    declare_jobs()
    mail = make_mail()

    assert [job.name for job in due_jobs()] == ["mail"]

    Mail.objects.take(mail.pk, timedelta(minutes=1))

    assert due_jobs() == []


def test_a_failure_is_logged_stored_and_retried_later(db, caplog):
    def fail():
        yield
        raise RuntimeError("disk full\nName: Jeanne")

    job = make_job(fail, has_work=lambda: True)

    assert run_job(job, "a worker")

    assert "Job test failed" in caplog.text
    assert state_of(job).last_error == "RuntimeError: disk full"
    assert 0 < hours_until_next_run(job) <= RETRY / timedelta(hours=1)
    assert due_jobs([job]) == []  # its work waits for that time
    JobState.objects.update(next_run_at=timezone.now() - MINUTE)
    job = Job(job.name, job.label, DAY, list)
    assert run_job(job, "a worker")
    assert state_of(job).last_error == ""


def test_a_failure_of_the_database_in_a_job_is_stored_like_another(db, caplog):
    def fail():
        raise DatabaseError

    job = make_job(fail)

    assert run_job(job, "a worker")

    assert state_of(job).last_error == "DatabaseError: DatabaseError"


def test_a_job_stops_between_two_steps_when_the_worker_ends(db):
    done = []
    job = make_job(lambda: (done.append(n) for n in range(10)))

    run_job(job, "a worker", must_stop=lambda: len(done) == 3)

    assert len(done) == 3
    # The rest is due at once; the clock of a machine may be set back by a moment.
    assert hours_until_next_run(job) <= MINUTE / timedelta(hours=1)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_on_the_content_of_the_site(content, job, monkeypatch):
    monkeypatch.setattr("cress.links.visits.Visitor._request", lambda *_: (200, ""))
    declare_jobs()
    JobState.objects.update(next_run_at=timezone.now() - MINUTE)

    assert run_job(job, "a worker")

    state = state_of(job)
    assert state.last_error == ""
    assert state.last_ended_at


def run_now(name):
    declare_jobs()
    JobState.objects.filter(name=name).update(next_run_at=timezone.now() - MINUTE)
    call_command("worker", once=True)


def test_old_messages_are_anonymised_by_the_worker(db):
    old = make_message(name="Jeanne")
    kept = make_message(name="Paul")
    long_ago = privacy.retention_limit() - DAY
    Message.objects.filter(pk=old.pk).update(last_activity_at=long_ago)

    run_now("purge")

    assert Message.objects.get(pk=old.pk).name == ""
    assert Message.objects.get(pk=kept.pk).name == "Paul"


def test_files_that_no_photo_needs_are_removed_by_the_worker_though_one_resists(db, caplog):
    folder = shown_folder()
    (folder / "a-folder").mkdir(parents=True, exist_ok=True)
    (folder / "orphan.webp").write_bytes(b"a picture")
    for path in [folder / "a-folder", folder / "orphan.webp"]:
        long_ago = timezone.now().timestamp() - 2 * YOUNGEST_ORPHAN
        os.utime(path, (long_ago, long_ago))

    run_now("photos")

    assert not (folder / "orphan.webp").exists()
    assert "was not removed" in caplog.text
    (folder / "a-folder").rmdir()


# Lease


def test_a_job_that_another_process_runs_is_left_to_it(db):
    job = make_job(holder="another", leased_until=timezone.now() + MINUTE)

    assert due_jobs([job]) == []
    assert not run_job(job, "a worker")
    assert state_of(job).holder == "another"


def test_the_job_of_a_process_that_died_is_run_by_the_next(db):
    job = make_job(holder="dead", leased_until=timezone.now() - timedelta(seconds=1))

    assert run_job(job, "a worker")


def test_a_job_whose_lease_was_lost_stops_and_changes_nothing(db, monkeypatch):
    done = []

    def steps():
        done.append(1)
        yield
        JobState.objects.update(holder="another")
        heartbeats[0].renew()
        done.append(2)
        yield
        done.append(3)

    heartbeats = []
    take = Lease.take
    monkeypatch.setattr(
        Lease, "take", lambda *a, **k: heartbeats.append(take(*a, **k)) or heartbeats[0]
    )
    job = make_job(steps)

    run_job(job, "a worker")

    assert done == [1, 2]
    state = state_of(job)
    assert (state.holder, state.last_ended_at) == ("another", None)


def test_a_lease_ends_for_its_holder_when_the_database_does_not_answer(db, monkeypatch):
    seconds = 0.0
    monkeypatch.setattr("cress.operations.leases.time.monotonic", lambda: seconds)
    make_job()
    lease = Lease.take("test", "a worker")

    seconds = LEASE.total_seconds() - 1
    assert lease.is_held
    seconds += 1
    assert not lease.is_held


# Status


def status(capsys):
    call_command("worker", status=True)
    return capsys.readouterr().out.replace("\u202f", " ")


def test_the_status_names_every_job_before_its_first_run(db, capsys):
    printed = status(capsys)

    for job in JOBS:
        assert job.label.capitalize() in printed
    assert printed.count("dernier passage : jamais") == len(JOBS)


def test_the_status_says_the_last_run_the_next_one_the_error_and_the_holder(db, capsys):
    declare_jobs()
    at = timezone.make_aware(timezone.datetime(2026, 11, 25, 14, 30))
    JobState.objects.filter(name="purge").update(
        last_started_at=at,
        last_ended_at=at + timedelta(seconds=5),
        next_run_at=at + DAY,
        last_error="OSError: disk full",
        holder="une machine",
        leased_until=timezone.now() + MINUTE,
    )

    printed = status(capsys).partition("Anonymisation")[2]

    assert "commencé le 25/11/2026 à 14:30:00, fini le 25/11/2026 à 14:30:05" in printed
    assert "prochain passage : 26/11/2026 à 14:30:00" in printed
    assert "dernière erreur : OSError: disk full" in printed
    assert "en cours : oui, par une machine" in printed


# Two processes, on PostgreSQL


needs_postgresql = [
    pytest.mark.postgresql,
    pytest.mark.skipif(bool(why_missing()), reason=why_missing()),
]

PREPARATION = """
import sys, time, django
from datetime import timedelta
from pathlib import Path
django.setup()
from django.db import connection
from cress.operations import leases, models
models.LEASE = leases.LEASE = timedelta(seconds=float(sys.argv[2]))
leases.HEARTBEAT = 0.2
from cress.operations.jobs import Job
from cress.operations.models import JobState
from cress.operations.worker import declare_jobs, make_holder, run_job
folder = Path(sys.argv[1])
"""

CREATE = """
with connection.schema_editor() as editor:
    editor.create_model(JobState)
"""

# A step makes a folder that must not exist, and removes it: two at once are an error.
RACE = """
def steps():
    (folder / "inside").mkdir()
    time.sleep(0.01)
    (folder / "inside").rmdir()
    yield
job = Job("race", "", timedelta(0), steps)
declare_jobs([job])
runs = 0
while runs < 30:
    runs += run_job(job, make_holder())
"""

# A job that lasts until a file is there, and counts its steps.
LONG = """
def steps():
    for number in range(10**9):
        (folder / sys.argv[3]).write_text(str(number))
        if (folder / "end").exists():
            return
        time.sleep(0.05)
        yield
job = Job("long", "", timedelta(0), steps)
declare_jobs([job])
while not run_job(job, sys.argv[3]):
    time.sleep(0.05)
"""


@pytest.fixture
def python(tmp_path):
    """Return a function that starts Python with the site's code, on one PostgreSQL."""
    with cluster() as server:

        def start(script, *arguments, lease=60):
            return subprocess.Popen(
                **python_process(
                    tmp_path / "data",
                    *["-c", PREPARATION + script, tmp_path, lease, *arguments],
                    DATABASE_URL=server.url,
                ),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )

        created = start(CREATE)
        assert created.wait(LIMIT) == 0, created.communicate()
        created.communicate()
        yield start


@contextmanager
def ended_after(processes):
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@runs_once
@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=needs_postgresql)])
def test_two_processes_never_run_a_job_at_once(kind, python):
    processes = [python(RACE) for _ in range(3)]
    outputs = [process.communicate(timeout=LIMIT) for process in processes]

    for process, (_, errors) in zip(processes, outputs, strict=True):
        assert (process.returncode, errors) == (0, "")  # an error of the job is in the log


@runs_once
@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=needs_postgresql)])
def test_a_lease_is_renewed_while_its_holder_lives_and_lost_when_it_stops(kind, python, tmp_path):
    def steps_of(name):
        try:
            return int((tmp_path / name).read_text() or 0)
        except FileNotFoundError:
            return 0

    first = python(LONG, "first", lease=5)
    with ended_after([first]):
        wait_until(lambda: steps_of("first") > 0)
        second = python(LONG, "second", lease=5)
        with ended_after([second]):
            # More than 5 seconds of steps: without a heartbeat the lease would have ended.
            wait_until(lambda: steps_of("first") > 200)
            assert steps_of("second") == 0

            first.send_signal(signal.SIGSTOP)
            wait_until(lambda: steps_of("second") > 0)
            stopped_at = steps_of("first")
            first.send_signal(signal.SIGCONT)

            assert first.wait(LIMIT) == 0
            assert steps_of("first") <= stopped_at + 1
            before = steps_of("second")
            wait_until(lambda: steps_of("second") > before + 5)
            (tmp_path / "end").touch()
            assert second.wait(LIMIT) == 0
