"""A value that threads ask for at the same time is made once: two signing keys where one was meant refuse what is sound."""

import threading
import time

from harness.once import once


def test_threads_that_ask_at_once_get_the_same_value() -> None:
    made: list[object] = []

    @once
    def key(name: str) -> object:
        time.sleep(0.05)  # long enough for all threads to ask
        made.append(object())
        return made[-1]

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(key("own"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert found == made * 8
    assert key("foreign") is not made[0]
