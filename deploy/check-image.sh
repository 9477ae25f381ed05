#!/usr/bin/env bash
# Builds the image, starts it with a read-only root as an ordinary user, asks whether it is ready, and stops it.
#
# With a Docker engine: docker build and docker run. Without one, as root on Debian: buildah, and in the place of
# python:3.13-slim a stand-in made by debootstrap from Debian 13, whose own Python is 3.13. The Dockerfile is the same.
set -euo pipefail
cd "$(dirname "$0")/.."
base=docker.io/library/python:3.13-slim
image=localhost/nb-studio:check
port=${PORT:-8499}
key=$(head -c 40 /dev/urandom | base64 -w0)

wait_until_ready() {
  for _ in $(seq 240); do
    curl --silent --fail "http://127.0.0.1:$port/readyz" && return 0
    sleep 0.5
  done
  return 1
}

with_docker() {
  local id
  docker build --tag "$image" .
  id=$(docker run --detach --rm --read-only --tmpfs /tmp --tmpfs /home/studio --cap-drop ALL \
    --publish "127.0.0.1:$port:8000" --env "SECRET_KEY=$key" --env ALLOWED_HOSTS=127.0.0.1 "$image")
  # shellcheck disable=SC2064  # the container that was just started
  trap "docker stop '$id' >/dev/null" EXIT
  wait_until_ready
  docker exec "$id" python deploy/healthcheck.py
  docker image inspect --format '{{.Size}} bytes' "$image"
}

stand_in() {
  local folder container
  folder=$(mktemp -d)
  debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv,python3-pip trixie "$folder/tree" \
    >"$folder/log" 2>&1 || { tail "$folder/log"; exit 1; }
  rm -f "$folder"/tree/usr/lib/python3.13/EXTERNALLY-MANAGED "$folder"/tree/var/cache/apt/archives/*.deb
  for name in python python3; do ln -sf /usr/bin/python3 "$folder/tree/usr/local/bin/$name"; done
  cp /etc/ssl/certs/ca-certificates.crt "$folder/tree/etc/ssl/certs/ca-certificates.crt"
  container=$(buildah from scratch)
  tar -C "$folder/tree" -cf "$folder/base.tar" .
  buildah add -q "$container" "$folder/base.tar" / >/dev/null
  buildah config --cmd python3 --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt --env PIP_CERT=/etc/ssl/certs/ca-certificates.crt "$container"
  buildah commit -q "$container" "$base" >/dev/null
  buildah rm "$container" >/dev/null
  rm -rf "$folder"
}

with_buildah() {
  local container run log
  log=$(mktemp)
  export BUILDAH_ISOLATION=chroot
  if ! command -v buildah >/dev/null || ! command -v debootstrap >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends buildah debootstrap
  fi
  buildah inspect --type image "$base" >/dev/null 2>&1 || stand_in
  buildah bud --pull-never --layers --format docker --tag "$image" .
  container=$(buildah from --pull-never "$image")
  buildah run --env "SECRET_KEY=$key" --env "PORT=$port" --env HOST=127.0.0.1 --env ALLOWED_HOSTS=127.0.0.1 \
    "$container" -- /app/deploy/entrypoint.sh embedded >"$log" 2>&1 &
  run=$!
  # shellcheck disable=SC2064  # the server and the container that were just started
  trap "pkill --parent $run; wait $run || true; buildah rm '$container' >/dev/null" EXIT
  wait_until_ready || { tail -30 "$log"; exit 1; }
  buildah run --env "PORT=$port" --env ALLOWED_HOSTS=127.0.0.1 "$container" -- python /app/deploy/healthcheck.py
  # shellcheck disable=SC2016  # for the shell inside
  buildah run "$container" -- sh -c \
    'test "$(id -u)" != 0 && ! touch /app/x 2>/dev/null && touch /data/x && du -sm /app | cut -f1' |
    xargs -I{} echo "not root, the code read-only, /data writable; /app has {} MB"
}

if docker info >/dev/null 2>&1; then with_docker; else with_buildah; fi
