package dev.rafthttp.outbound;

import dev.rafthttp.PeerUrls;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Which of a peer's URLs to dial: one until it fails, then the next in turn; etcd's {@code urlPicker}. Any thread. */
public final class UrlPicker {
    private final AtomicReference<Choice> choice;

    private record Choice(List<URI> urls, int picked) {
        URI url() {
            return urls.get(picked);
        }
    }

    /** @throws IllegalArgumentException if there is no URL, or one is not of the form {@code http://host:port} */
    public UrlPicker(List<URI> urls) {
        choice = new AtomicReference<>(new Choice(PeerUrls.check(urls), 0));
    }

    /** The URL to dial now. */
    public URI pick() {
        return choice.get().url();
    }

    /** Says that dialling a URL failed. Picks the next one, unless another was picked already. */
    public void unreachable(URI url) {
        choice.updateAndGet(
                now -> now.url().equals(url) ? new Choice(now.urls, (now.picked + 1) % now.urls.size()) : now);
    }

    /** Replaces the URLs and picks the first. */
    public void update(List<URI> urls) {
        choice.set(new Choice(PeerUrls.check(urls), 0));
    }

    /** All URLs, in the order of configuration. */
    public List<URI> urls() {
        return choice.get().urls();
    }
}
