# Runs as nobody in particular, with a read-only root; only /data is written to. See docs/deploy.md.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY manifest.yml ./
COPY vendors ./vendors
COPY handlers ./handlers
COPY bot ./bot
RUN python -m compileall -q bot handlers vendors \
    && install -d -o 10001 -g 10001 -m 0700 /data

USER 10001:10001
VOLUME /data
ENV DATABASE_URL=sqlite:////data/chargehand.db \
    CHARGEHAND_CONFIG=/config/chargehand.toml \
    PORT=3000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=3)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
