# syntax=docker/dockerfile:1
# One image, two processes. As it stands it serves the studio, its worker inside:
#   docker run -v studio:/data -p 8000:8000 -e ALLOWED_HOSTS=studio.example --stop-timeout 780 nb-studio
# Any other command runs in place of the server, for one: python manage.py worker
# A stop waits for the paid calls in flight, hence the long --stop-timeout.

FROM docker.io/library/python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
RUN pip install "uv==0.13.*"
COPY requirements.lock ./
RUN uv venv --python python3.13 .venv && uv pip install --python .venv/bin/python --require-hashes -r requirements.lock
COPY . .
# The key that this start makes for itself is left behind in /tmp, with the stage.
RUN NB_DATA_DIR=/tmp/build NB_STATIC_ROOT=/app/static-collected .venv/bin/python manage.py collectstatic --noinput

FROM docker.io/library/python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 NB_LOG=json NB_DATA_DIR=/data NB_STATIC_ROOT=/app/static-collected
# The code belongs to root, so that the studio cannot change itself.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin studio && install -d -o studio -g studio /data
WORKDIR /app
COPY --from=build /app /app
USER 10001
VOLUME /data
EXPOSE 8000
# Asked as the proxy in front would ask: by a name the studio answers to, over https.
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s CMD ["python", "-c", "\
import os, urllib.request as web;\
host = os.environ.get('ALLOWED_HOSTS', '').split(',')[0].strip().lstrip('.*') or '127.0.0.1';\
web.urlopen(web.Request(f'http://127.0.0.1:{os.environ[\"PORT\"]}/livez', headers={'Host': host, 'X-Forwarded-Proto': 'https'}), timeout=2)"]
CMD ["sh", "-c", "python manage.py migrate --noinput && exec gunicorn --config nbweb/gunicorn.py nbweb.wsgi"]
