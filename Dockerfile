FROM python:3-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY persync ./persync
COPY schemas ./schemas
COPY examples ./examples
RUN pip wheel --no-cache-dir --disable-pip-version-check --wheel-dir /wheels .

FROM python:3-slim
# git is for `persync diff` and `--base`. It refuses a mounted repository of another user: docker run --user "$(id -u)".
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --disable-pip-version-check --no-index --find-links /wheels persync \
    && useradd --uid 10001 --create-home persync
USER 10001
WORKDIR /work
ENTRYPOINT ["persync"]
