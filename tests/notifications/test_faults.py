"""Whatever dies, breaks or jumps: no notice is lost or told twice, and no mail is repeated without being listed."""

import os
import random
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.notifications.faults import Ground, Run, Sink, listening, workers

SEED = int(os.environ.get("DXPORTAL_SEED", "20220509"))
UNITS, DAYS = 40, 10


def plant(city, count):
    """So many communes more, which exist nowhere."""
    from accounts.models import Unit

    Unit.objects.bulk_create(
        Unit(
            level="commune", kind="commune", code=f"GD{number:03}", name=f"Xã giả định {number}",
            valid=city.commune.valid, parent=random.Random(number).choice((city.district, city.elsewhere)),
        )
        for number in range(count)
    )  # fmt: skip


@pytest.mark.slow
def test_whatever_dies_nothing_is_lost_or_doubled(shared_city, mail_settings, tmp_path):
    plant(shared_city, UNITS)
    ground, sink = Ground(SEED, UNITS, DAYS), Sink(SEED)
    database = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))
    run = Run(tmp_path, ground, sink, seed=SEED, days=DAYS, planners=2, deliverers=2, pace=0.2, things=3)
    with listening(sink, mail_settings.EMAIL_PORT):
        with workers(tmp_path, database, mail_settings.EMAIL_PORT) as start:
            run.run(start)
        run.drain()
    figures = run.hold()
    assert figures["notices"] > 200, figures
    assert figures["unclear attempts"] > 0, figures
