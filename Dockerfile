# The book in a container:
#   docker build -t nin-book . && docker run --rm -p 8000:8000 nin-book
# shows it on http://127.0.0.1:8000; on a Mac with an Apple processor add
# --platform linux/amd64 to both commands.
FROM debian:12-slim AS tools
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates git make python3-venv libgomp1 libquadmath0 && \
    rm -rf /var/lib/apt/lists/* && useradd --create-home reader
ENV LANG=C.UTF-8
USER reader
WORKDIR /home/reader/book

FROM tools
COPY --chown=reader . .
RUN make book
EXPOSE 8000
CMD ["python3", "-m", "http.server", "--directory", "_build/html", "8000"]
