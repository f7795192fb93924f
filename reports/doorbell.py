"""Wakes a task by name once the transaction is committed. It never waits and never fails a request.

The work itself stands in PostgreSQL, and beat sweeps it every minute: a lost ring costs at most that minute.
"""

import logging
from functools import cache

from celery import current_app
from django.db import transaction
from kombu import pools
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

QUICK = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2, "retry_on_timeout": False, "max_retries": 0}
MOST_OPEN = 8  # as many as there are connections to the database: nobody waits for one

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Have a worker run the task of that name soon after the present transaction is committed."""

    def after_commit() -> None:
        try:
            with _open().acquire(block=True, timeout=0.2) as producer:  # type: ignore[no-untyped-call]
                current_app.send_task(task, producer=producer, retry=False, ignore_result=True)
        except (OSError, KombuError, OperationalError, RedisError) as unreachable:
            _open.cache_clear()
            logger.warning("doorbell not heard, the sweep will do it: task=%s error=%s", task, unreachable)

    transaction.on_commit(after_commit, robust=True)


@cache
def _open() -> pools.ProducerPool:
    """Connections that stay open from ring to ring; a new one costs as much as all the rest of a submission."""
    connection = current_app.connection_for_write(connect_timeout=0.2, transport_options=QUICK)
    return pools.ProducerPool(connection.Pool(limit=MOST_OPEN), limit=MOST_OPEN)  # type: ignore[no-untyped-call]
