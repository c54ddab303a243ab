"""Many jobs under load: all give the same parameters (`make stress`)."""

import contextlib
import subprocess
import sys

import pytest

from helpers.jobs import alone, job

JOBS = 20


@contextlib.contextmanager
def busy(number):
    """Keep so many processors busy."""
    spinning = []
    try:
        for _ in range(number):
            code = "while True: pass"
            spinning.append(subprocess.Popen([sys.executable, "-c", code]))
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


@pytest.mark.stress
def test_jobs_under_load_equal_one_process_bit_for_bit():
    patience = {"timeout": 300, "silence": 60}
    with busy(2):
        expected = alone(steps=10, **patience).digest
        found = [job(2, 1 + i % 2, steps=10, **patience) for i in range(JOBS)]
    assert {result.digest for result in found} == {expected}
