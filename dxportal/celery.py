"""The Celery application: the doorbell and the sweep. The queue itself is PostgreSQL."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")

# A ring that is lost costs a minute at most, as the sweep does its work. Putting unacknowledged rings back over a
# connection that is just breaking would end the worker instead.
Channel.do_restore = False

app = Celery("dxportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
