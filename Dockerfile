# The portal's image: web, worker and beat run from it. Nothing of the tools, tests or compilers is in it.

FROM node:22-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/dxportal/venv
ENV PATH=/opt/dxportal/venv/bin:$PATH
COPY requirements.txt /build/
RUN pip install --require-hashes --requirement /build/requirements.txt && pip uninstall --yes pip setuptools
WORKDIR /opt/dxportal/portal
COPY . .
COPY --from=packages /build/node_modules ./node_modules
# Production's settings, with values that exist only while this line runs.
RUN python dxportal/assets.py \
    && rm -rf node_modules package.json package-lock.json .npmrc \
    && export SECRET_KEY=only-for-this-step SEAL_KEY=only-for-this-step ALLOWED_HOSTS=localhost \
        DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
        DEFAULT_FROM_EMAIL=none@localhost PORTAL_ADDRESS=http://localhost \
    && python manage.py compilemessages --locale vi --verbosity 0 \
    && python manage.py collectstatic --noinput --ignore redoc --verbosity 0 \
    && python -m compileall -q .

FROM python:3.11-slim-bookworm
ENV PATH=/opt/dxportal/venv/bin:$PATH \
    DXPORTAL_ENV=production \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin dxportal \
    && install --directory --owner dxportal /var/lib/dxportal/attachments
COPY --from=build /opt/dxportal /opt/dxportal
WORKDIR /opt/dxportal/portal
USER dxportal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--respawn-failed-workers", \
     "--blocking-threads", "4", "--log-level", "warning", "dxportal.wsgi:application"]
