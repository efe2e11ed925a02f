# The whole analysis in a container: docker build -t cambodia-discourse . && docker run --rm -v "$PWD/out:/out" cambodia-discourse
FROM python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
RUN apt-get update && apt-get install -y --no-install-recommends make git && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home scholar
USER scholar
WORKDIR /home/scholar/cambodia-discourse
COPY --chown=scholar requirements.lock pyproject.toml Makefile ./
COPY --chown=scholar scripts scripts
RUN make .venv/.installed
COPY --chown=scholar . .
CMD ["sh", "-c", "make run && if [ -d /out ]; then cp -r figures /out/; fi"]
