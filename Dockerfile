# syntax=docker/dockerfile:1
# One image for web, worker, beat and management commands. What it runs is in compose.yaml.

FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt
WORKDIR /opt/ordstyrer
COPY . .
# Names with hashes and compressed copies: made once here, never while the site starts.
RUN SECRET_KEY=only-for-this-step \
    DATABASE_URL=postgres://nobody@localhost/none \
    REDIS_URL=redis://localhost:6379/0 \
    STATIC_ROOT=/opt/static \
    /opt/venv/bin/python manage.py collectstatic --noinput \
    && /opt/venv/bin/python -m compileall -q /opt/ordstyrer /opt/venv/lib

FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 ordstyrer \
    && useradd --system --uid 10001 --gid ordstyrer --no-create-home --shell /usr/sbin/nologin ordstyrer \
    && install --directory --owner=ordstyrer --group=ordstyrer --mode=0750 /srv/media /srv/beat
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/static /opt/static
COPY --from=build /opt/ordstyrer /opt/ordstyrer
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/opt/static \
    MEDIA_ROOT=/srv/media \
    WEB_BIND=0.0.0.0:8000
WORKDIR /opt/ordstyrer
USER 10001:10001
VOLUME ["/srv/media", "/srv/beat"]
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi:application"]
