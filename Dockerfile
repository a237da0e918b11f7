# The images of Orderline: the last stage is the product (the flows and the connectors); the stage `demo` has the
# simulators, feeds and reports as well, and is for trying and developing.
#
# The base has a tag and no digest, so that building anew takes the security fixes of Debian and Python. All that
# Orderline brings is held by the hashes of requirements.image.lock.

FROM python:3.11-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/orderline
COPY requirements.image.lock ./
RUN /opt/orderline/bin/pip install --require-hashes --requirement requirements.image.lock
COPY pyproject.toml README.md LICENSE ./
COPY domain ./domain
COPY schemas ./schemas
COPY connectors ./connectors
COPY operators ./operators
COPY dataflows ./dataflows
RUN /opt/orderline/bin/pip install --no-deps --no-build-isolation .

# What installs stays behind: an image that cannot install anything is one thing less to watch.
FROM build AS build-demo
COPY demo ./demo
RUN /opt/orderline/bin/pip install --no-deps --no-build-isolation ./demo \
 && /opt/orderline/bin/pip uninstall --yes setuptools pip

FROM build AS build-product
RUN /opt/orderline/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim-trixie AS base
RUN groupadd --gid 10001 orderline \
 && useradd --no-log-init --no-create-home --uid 10001 --gid 10001 --shell /usr/sbin/nologin orderline \
 && install --directory --owner orderline --group orderline /state
ENV PATH=/opt/orderline/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Nothing is written but below /state (and /tmp): the root file system may be read-only.
WORKDIR /state
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
# A probe of one process knows more than one of the image: see /livez and /readyz.
HEALTHCHECK NONE
ENTRYPOINT ["orderline"]
CMD ["--help"]

FROM base AS demo
COPY --from=build-demo /opt/orderline /opt/orderline

FROM base
COPY --from=build-product /opt/orderline /opt/orderline
