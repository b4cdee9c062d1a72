package dev.rafthttp.peer;

import dev.rafthttp.raftpb.Message;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps posts until a test says how each ends, or ends them all at once in one way. */
public final class ScriptedPoster implements Poster {
    private final List<Post> posts = new ArrayList<>();
    private @Nullable End end;

    /** One call of {@link #post}. */
    public record Post(URI url, Message message, Outcome outcome) {}

    /** How a post ends. */
    @FunctionalInterface
    public interface End {
        void tell(Outcome outcome);
    }

    /** Ends posts before {@link #post} returns, from now on. */
    public ScriptedPoster endAtOnce(End how) {
        end = how;
        return this;
    }

    @Override
    public void post(URI base, Message message, Outcome outcome) {
        posts.add(new Post(base, message, outcome));
        if (end != null) {
            end.tell(outcome);
        }
    }

    /** All posts that were started, in order. */
    public List<Post> posts() {
        return posts;
    }

    /** A post's outcome. */
    public Outcome outcome(int post) {
        return posts.get(post).outcome;
    }
}
