#!/usr/bin/env python
"""Django's commands; where no DATABASE_URL is given they use the embedded PostgreSQL."""

import os
import sys

from django.core.management import execute_from_command_line

from dxportal.embedded import VAR, MissingPart, ensure_database, ensure_redis

WITHOUT_SERVICES = {"help", "version", "makemessages", "compilemessages", "collectstatic"}


def main() -> None:
    """Provide the services the command needs, then run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    if "DATABASE_URL" not in os.environ:
        # Nothing is given, so this is a machine of development; production always names its database.
        os.environ.setdefault("DXPORTAL_ENV", "development")
        os.environ.setdefault("DEMO_CLOCK", str(VAR / "clock"))
    if os.environ.get("DXPORTAL_ENV") != "production" and not WITHOUT_SERVICES.intersection(sys.argv[1:2]):
        try:
            os.environ["DATABASE_URL"] = ensure_database()
            os.environ["REDIS_URL"] = ensure_redis()
        except MissingPart as missing:
            sys.exit(str(missing))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
