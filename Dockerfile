# Go Chat as a small image: the executable on a plain Debian, as a user without rights.
# docker build -t go-chat .

FROM denoland/deno:2.9.6 AS build
WORKDIR /src
COPY . .
RUN deno task compile --output /out/go-chat && mkdir /out/data

FROM debian:13-slim
COPY --from=build /out/go-chat /usr/local/bin/go-chat
# A volume that is mounted here for the first time takes over the owner.
COPY --from=build --chown=65532:65532 --chmod=700 /out/data /data
USER 65532:65532
WORKDIR /data
# An eighth less memory for each socket.
ENV MALLOC_ARENA_MAX=1
EXPOSE 8080
ENTRYPOINT ["go-chat"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["go-chat", "healthcheck"]
