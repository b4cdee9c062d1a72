package dev.rafthttp.sidecar.http;

import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket that only its owner can reach, from its first moment on. Java cannot make a socket with a mode. So the socket is made
 * in a folder that is closed to others, gets its mode there, and only then moves to its place.
 */
final class UnixListener implements ApiServer.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(UnixListener.class);

    private static final String ONLY_OWNER = "rw-------";

    private static final String ONLY_OWNERS_FOLDER = "rwx------";

    /** In the folder where the socket is made, whose name is short for the sake of {@link ApiServer#MAX_UNIX_FOLDER_BYTES}. */
    private static final String MADE = "s";

    private static final int NAME_CHARACTERS = 3;

    /** Far more than there are such folders: each exists for a moment, unless its process was killed in that moment. */
    private static final int NAMES_TRIED = 100;

    private final Path socket;
    private final UnixDomainServerConnector connector;

    UnixListener(Server jetty, Path socket, HttpConnectionFactory connections) {
        this.socket = socket.toAbsolutePath();
        connector = new UnixDomainServerConnector(jetty, 1, 1, connections);
        jetty.addConnector(connector);
    }

    @Override
    public void bind() throws IOException {
        checkPlace();
        connector.setUnixDomainPath(closedFolder().resolve(MADE));
    }

    /** As {@link Files#createTempDirectory}, whose names have 20 characters, with a shorter name. */
    private Path closedFolder() throws IOException {
        for (int tried = 1; ; tried++) {
            Path folder = socket.resolveSibling("." + randomName());
            try {
                return Files.createDirectory(
                        folder,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(ONLY_OWNERS_FOLDER)));
            } catch (FileAlreadyExistsException e) {
                if (tried == NAMES_TRIED) {
                    throw e;
                }
            }
        }
    }

    private static String randomName() {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < NAME_CHARACTERS; i++) {
            name.append(
                    Character.forDigit(ThreadLocalRandom.current().nextInt(Character.MAX_RADIX), Character.MAX_RADIX));
        }
        return name.toString();
    }

    /** A socket that an ended process left behind is replaced. A socket at which a process listens, and any other file, is not. */
    private void checkPlace() throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new BindException("there is a file that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            throw new BindException("another process listens there, " + probe.getRemoteAddress());
        } catch (BindException e) {
            throw e;
        } catch (IOException nobodyListens) {
            LOG.debug("{} was left behind", socket, nobodyListens);
        }
    }

    @Override
    public void open() throws IOException {
        Path made = connector.getUnixDomainPath();
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(ONLY_OWNER));
        Files.move(made, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        connector.setUnixDomainPath(socket);
        Files.delete(made.getParent());
    }

    @Override
    public void close() {
        Path made = connector.getUnixDomainPath();
        if (made == null || made.equals(socket)) {
            return;
        }
        try {
            Files.deleteIfExists(made);
            Files.deleteIfExists(made.getParent());
        } catch (IOException e) {
            LOG.warn("{} cannot be removed", made.getParent(), e);
        }
    }
}
