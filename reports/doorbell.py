"""Wakes a task by name once the transaction is committed. It never waits and never fails a request.

The work itself stands in PostgreSQL, and beat sweeps it every minute: a lost ring costs at most that minute.
"""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

QUICK = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2, "retry_on_timeout": False, "max_retries": 0}

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Have a worker run the task of that name soon after the present transaction is committed."""

    def after_commit() -> None:
        try:
            with current_app.connection_for_write(connect_timeout=0.2, transport_options=QUICK) as connection:
                current_app.send_task(task, connection=connection, retry=False, ignore_result=True)
        except (OSError, KombuError, OperationalError, RedisError) as unreachable:
            logger.warning("doorbell not heard, the sweep will do it: task=%s error=%s", task, unreachable)

    transaction.on_commit(after_commit, robust=True)
