# An image of the distribution: mvn package -pl rafthttp-dist -am, then docker build -t rafthttp .

# Any image with Java 17 or later and bash; .ci/base-image makes one where none can be pulled.
ARG BASE_IMAGE=eclipse-temurin:17-jre

FROM ${BASE_IMAGE} AS unpacked
ADD rafthttp-dist/target/rafthttp-*.tar.gz /unpacked/
RUN mv /unpacked/rafthttp-* /opt/rafthttp \
    && mkdir /var/lib/rafthttp

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="rafthttp" \
      org.opencontainers.image.description="A Raft peer transport over HTTP that speaks etcd's wire" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=unpacked /opt/rafthttp /opt/rafthttp
COPY docker/healthcheck /opt/rafthttp/bin/healthcheck
# A number, so that an orchestrator can see that it is not root; no such user has to exist.
COPY --from=unpacked --chown=65532:65532 /var/lib/rafthttp /var/lib/rafthttp
USER 65532:65532
WORKDIR /var/lib/rafthttp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/opt/rafthttp/bin/healthcheck"]
# The script replaces itself by Java, which then gets the signals.
ENTRYPOINT ["/opt/rafthttp/bin/rafthttp"]
CMD ["help"]
