# Written for the classic builder, without mounts and heredocs: Gitea's and Forgejo's runners build with it.
ARG BASE_IMAGE=docker.io/library/python:3.14-slim-trixie@sha256:51dafde81dbdb6ebde285137a295cf18a47ca95234fe388a343719cb97305b3d

# Git is one binary here: what is asked of it is built in, and its package would bring perl and curl along.
FROM ${BASE_IMAGE} AS git
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /git
RUN apt-get update \
  && apt-get download git \
  && dpkg --extract git_*.deb . \
  && ldd usr/bin/git | tee libraries \
  && ! grep 'not found' libraries

FROM ${BASE_IMAGE} AS program
WORKDIR /build
COPY requirements.lock ./
# Factorio speaks Lua 5.2; lupa brings six other interpreters.
RUN python -m venv --without-pip /opt/factorio-release \
  && python -m pip --python /opt/factorio-release/bin/python install --disable-pip-version-check --no-cache-dir \
    --no-compile --require-hashes --no-deps --only-binary :all: --requirement requirements.lock \
  && cd /opt/factorio-release/lib/python3*/site-packages \
  && rm -r tests lupa/luajit2* lupa/lua51* lupa/lua53* lupa/lua54* lupa/lua55*
COPY factorio_release ./factorio_release
COPY entrypoint.py LICENSE /opt/factorio-release/
RUN mv factorio_release /opt/factorio-release/lib/python3*/site-packages/ \
  && printf '%s\n' '#!/opt/factorio-release/bin/python -I' 'from factorio_release.cli import run' 'run()' \
    > /opt/factorio-release/bin/factorio-release \
  && chmod 755 /opt/factorio-release/bin/factorio-release \
  && python -I -m compileall -q --invalidation-mode unchecked-hash /opt/factorio-release/lib

FROM ${BASE_IMAGE}
COPY --from=git /git/usr/bin/git /usr/bin/git
COPY --from=program /opt/factorio-release /opt/factorio-release
WORKDIR /workspace
ENTRYPOINT ["/opt/factorio-release/bin/python", "-I", "/opt/factorio-release/entrypoint.py"]
