"""The project: settings, addresses, the API's outer shape, and what starts and supervises it."""

from dxportal.celery import app as celery_app

# Importing the project names the application, so that a task rung anywhere finds the broker.
__all__ = ["celery_app"]
