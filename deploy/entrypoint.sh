#!/bin/sh
# What a container of this image does, by its first word:
#
#   web       answer people; somebody else has made the tables, and workers send
#   worker    send what is queued (PostgreSQL)
#   embedded  all of it in one: make the tables, answer people, send
#   migrate   make the tables, or bring them up to date, and end
#
# Anything else is run as it stands: `python manage.py backup /backups`.
set -eu
cd "$(dirname "$0")/.."

# Uploads are written here while they arrive: on the volume, for /tmp is memory in a read-only container.
export TMPDIR="${TMPDIR:-$NB_DATA_DIR/tmp}"
mkdir -p "$TMPDIR"

case "${1:-embedded}" in
  web)
    exec gunicorn --config nbweb/gunicorn.py nbweb.wsgi
    ;;
  worker)
    shift
    exec python manage.py worker "$@"
    ;;
  embedded)
    # Style sheets lie in the data folder of a bare machine, and no page is answered without them: a new folder has none.
    [ -e "${NB_STATIC_ROOT:-$NB_DATA_DIR/static}/staticfiles.json" ] || python manage.py collectstatic --noinput
    python manage.py migrate --noinput
    exec gunicorn --config nbweb/gunicorn.py nbweb.wsgi
    ;;
  migrate)
    exec python manage.py migrate --noinput
    ;;
  *)
    exec "$@"
    ;;
esac
