"""Values that are made once in a process."""

import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def once(make: Callable[P, T]) -> Callable[P, T]:
    """Like functools.cache, which makes a value twice when two threads ask at the same time: here both get the same."""
    made, making = functools.cache(make), threading.Lock()

    @functools.wraps(make)
    def get(*args: P.args, **kwargs: P.kwargs) -> T:
        with making:
            return made(*args, **kwargs)  # type: ignore[arg-type]  # hashable, or the cache says so

    return get
