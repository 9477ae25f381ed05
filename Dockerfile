# syntax=docker/dockerfile:1
# One image, three ways to run it (deploy/entrypoint.sh): embedded, or web and worker apart. docs/deployment.md.
#   docker run -v studio:/data -p 8000:8000 -e ALLOWED_HOSTS=studio.example --stop-timeout 800 nb-studio
# A stop waits for the paid calls in flight, hence the long --stop-timeout.

FROM docker.io/library/python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
RUN pip install "uv==0.13.*"
COPY requirements.lock ./
# The client library of S3 brings the descriptions of four hundred services, and one is asked.
RUN uv venv --python python3.13 .venv \
    && uv pip install --python .venv/bin/python --require-hashes -r requirements.lock \
    && find .venv/lib/python3.13/site-packages/botocore/data -mindepth 1 -maxdepth 1 -type d \
         ! -name s3 ! -name sts ! -name sso ! -name sso-oidc ! -name signin -exec rm -r {} +
COPY . .
# Compressed here, once: files are served as they lie. The key that this start makes for itself stays in the stage.
RUN NB_DATA_DIR=/tmp/build NB_STATIC_ROOT=/app/static-collected .venv/bin/python manage.py collectstatic --noinput \
    && .venv/bin/python -m compileall -q nbweb studio

FROM docker.io/library/python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 NB_LOG=json NB_DATA_DIR=/data NB_STATIC_ROOT=/app/static-collected
# The letters of notes on pictures: Chinese, Japanese, Korean (docs/pictures.md).
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-wqy-zenhei && rm -rf /var/lib/apt/lists/*
# The code belongs to root, so that the studio cannot change itself; it writes below /data and nowhere else.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin studio && install -d -m 0700 -o studio -g studio /data /media
WORKDIR /app
COPY --from=build /app /app
USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "/app/deploy/healthcheck.py"]
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["embedded"]
