# The image of rafthttp. docker build -t rafthttp . makes it from the sources, and needs nothing but docker.

# Any image with Java 17 or later and bash; .ci/base-image makes one where none can be pulled.
ARG BASE_IMAGE=eclipse-temurin:17-jre
# Any image with Maven and a JDK, 17 or later.
ARG BUILD_IMAGE=maven:3-eclipse-temurin-17

FROM ${BUILD_IMAGE} AS unpacked
# packaged: take the archive that mvn package -pl rafthttp-dist -am has made; then BUILD_IMAGE needs only a shell and tar.
ARG ARCHIVE=built
WORKDIR /sources
COPY . .
RUN if [ "$ARCHIVE" != packaged ]; then \
        mvn -B -q -ntp -DskipTests -Dspotless.check.skip clean package -pl rafthttp-dist -am; \
    fi \
    && mkdir -p /opt/rafthttp /var/lib/rafthttp /run/rafthttp \
    && tar -xzf rafthttp-dist/target/rafthttp-*.tar.gz -C /opt/rafthttp --strip-components=1

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="rafthttp" \
      org.opencontainers.image.description="A Raft peer transport over HTTP that speaks etcd's wire" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=unpacked /opt/rafthttp /opt/rafthttp
COPY docker/healthcheck /opt/rafthttp/bin/healthcheck
COPY docker/rehearse /opt/rafthttp/bin/rehearse
# What is killed is back the sooner: see docs/adr/0010-the-image-keeps-the-classes-that-its-commands-load.md.
RUN ["/opt/rafthttp/bin/rehearse"]
# A number, so that an orchestrator can see that it is not root; no such user has to exist. A volume that is new gets the
# owner of the folder it is mounted at.
COPY --from=unpacked --chown=65532:65532 /var/lib/rafthttp /var/lib/rafthttp
COPY --from=unpacked --chown=65532:65532 /run/rafthttp /run/rafthttp
USER 65532:65532
WORKDIR /var/lib/rafthttp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/opt/rafthttp/bin/healthcheck"]
# The script replaces itself by Java, which then gets the signals.
ENTRYPOINT ["/opt/rafthttp/bin/rafthttp"]
CMD ["help"]
