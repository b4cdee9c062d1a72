package dev.rafthttp.client;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Jetty's connector, changed to close every socket when it stops. Jetty forgets a socket that is being connected at
 * that moment: the socket is queued for a selector that has ended, and stays open until the garbage collector finds it.
 */
final class PeerConnector extends ClientConnector {
    private final Set<SelectableChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    @Override
    protected void configure(SelectableChannel channel) throws IOException {
        super.configure(channel);
        open.add(channel);
        if (stopped) {
            IO.close(channel);
            throw new ClosedChannelException();
        }
    }

    @Override
    protected SslContextFactory.Client newSslContextFactory() {
        return new LateTls();
    }

    @Override
    public ClientConnectionFactory newSslClientConnectionFactory(
            SslContextFactory.Client tls, ClientConnectionFactory plain) {
        if (tls instanceof LateTls late) {
            late.makeReady();
        }
        return super.newSslClientConnectionFactory(tls, plain);
    }

    @Override
    protected SelectorManager newSelectorManager() {
        return new ClientSelectorManager(getExecutor(), getScheduler(), getSelectors()) {
            @Override
            protected void endPointClosed(EndPoint endPoint) {
                super.endPointClosed(endPoint);
                open.remove(endPoint.getTransport());
            }

            @Override
            protected void connectionFailed(SelectableChannel channel, Throwable failure, Object attachment) {
                open.remove(channel);
                super.connectionFailed(channel, failure, attachment);
            }
        };
    }

    @Override
    protected void doStop() throws Exception {
        try {
            super.doStop();
        } finally {
            stopped = true;
            open.forEach(IO::close);
        }
    }
}
