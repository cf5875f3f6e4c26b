# One image for web, worker, beat and the migrations; docker-compose.yml puts them together.
FROM python:3.11-slim-bookworm AS build
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
       -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=1 \
    SECRETARY_VAR_DIR=/var/lib/secretary \
    DJANGO_STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --create-home --shell /usr/sbin/nologin secretary \
    && install -d -o secretary -g secretary /app/staticfiles \
    && install -d -o secretary -g secretary -m 700 /var/lib/secretary
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
USER secretary
# The keys that a start makes must not be part of the image.
RUN SECRETARY_VAR_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -r /tmp/build
VOLUME /var/lib/secretary
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "-m", "secretary_project.healthcheck", "web"]
CMD ["uvicorn", "secretary_project.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--timeout-graceful-shutdown", "5", "--lifespan", "off", \
     "--no-access-log", "--log-level", "warning"]
