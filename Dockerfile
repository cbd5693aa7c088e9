# Written for the classic builder, without mounts and heredocs: Gitea's and Forgejo's runners build with it.
# The one base, written out: an updater of dependencies does not read it from a variable (renovate.json).
# Another one is put in its place by `buildah build --from`, or docker's `--build-context`.
FROM docker.io/library/python:3.14-slim-trixie@sha256:51dafde81dbdb6ebde285137a295cf18a47ca95234fe388a343719cb97305b3d AS base

# Git is one binary here: the commands that are needed are built in, and its package would bring perl and curl.
# Its version and its hash are locked. A version that Debian has replaced comes from Debian's own archive.
FROM base AS git
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /git
COPY git.lock ./
RUN locked() { awk -v name="$1" '$1 == name { print $2 }' git.lock; } \
  && package="git=$(locked version)" \
  && apt-get update \
  && { apt-get download "$package" || { \
    echo "deb [check-valid-until=no] http://snapshot.debian.org/archive/debian/$(locked snapshot) trixie main" \
      > /etc/apt/sources.list.d/snapshot.list \
    && apt-get update && apt-get download "$package"; }; } \
  && echo "$(locked "$(dpkg --print-architecture)")  $(echo git_*.deb)" | sha256sum --check --strict \
  && dpkg --extract git_*.deb . \
  && ldd usr/bin/git | tee libraries \
  && ! grep 'not found' libraries

FROM base AS program
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 PIP_NO_DEPS=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
# Factorio speaks Lua 5.2; lupa brings six other interpreters.
RUN python -m venv --without-pip /opt/factorio-release \
  && python -m pip --python /opt/factorio-release/bin/python install \
    --require-hashes --only-binary :all: --requirement requirements.lock \
  && rm -r /opt/factorio-release/lib/python3*/site-packages/tests \
    /opt/factorio-release/lib/python3*/site-packages/lupa/luajit2* \
    /opt/factorio-release/lib/python3*/site-packages/lupa/lua5[1345]* \
  && python -m pip install --require-hashes --only-binary :all: --requirement requirements-build.lock --target tools
COPY pyproject.toml setup.py README.md LICENSE ./
COPY factorio_release ./factorio_release
RUN PYTHONPATH=tools python -m pip --python /opt/factorio-release/bin/python install --no-build-isolation .
COPY entrypoint.py /opt/factorio-release/
COPY scripts/compile_reachable.py ./
RUN printf '%s\n' '#!/opt/factorio-release/bin/python -I' 'from factorio_release.cli import run' 'run()' \
    > /opt/factorio-release/bin/factorio-release \
  && /opt/factorio-release/bin/python -I compile_reachable.py /opt/factorio-release/entrypoint.py /bytecode

FROM base
LABEL org.opencontainers.image.title="factorio-release" \
  org.opencontainers.image.description="Takes a Factorio mod from its repository to the mod portal" \
  org.opencontainers.image.source="https://github.com/OWNER/factorio-release" \
  org.opencontainers.image.licenses="MIT"
# Frees no byte of the base's layers: what cannot install can neither be abused nor be reported as outdated.
RUN find /usr -depth -regextype posix-extended \( \
    -regex '.*/python3[^/]*/(ensurepip|idlelib|tkinter|turtledemo|(site|dist)-packages/(pip|setuptools|wheel)(-[^/]*)?)' \
    -o -regex '/usr/(local/)?bin/(pip|idle|wheel)[0-9.]*' -o -path /usr/share/python-wheels \) -exec rm -r {} +
COPY --from=git /git/usr/bin/git /usr/bin/git
COPY --from=program /opt/factorio-release /opt/factorio-release
COPY --from=program /opt/factorio-release/bin/factorio-release /usr/local/bin/factorio-release
COPY --from=program /bytecode /
WORKDIR /workspace
ENTRYPOINT ["/opt/factorio-release/bin/python", "-I", "/opt/factorio-release/entrypoint.py"]
