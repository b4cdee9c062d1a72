package dev.rafthttp.sidecar.http;

import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.CannotRunException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One member of a list, by its ID: {@code GET}, {@code PUT} and {@code DELETE} of {@code LIST/HEX}. */
public abstract class MemberResource {
    private final String list;
    private final String kind;

    /**
     * @param list the path of the list
     * @param kind what the list is of, for errors
     */
    protected MemberResource(String list, String kind) {
        this.list = list;
        this.kind = kind;
    }

    /** What is to be put, for errors. */
    protected abstract String form(MemberId id);

    /** The member as the API has it; empty if there is none. */
    protected abstract Optional<?> find(MemberId id);

    /**
     * Adds a member, or changes it.
     *
     * @param body as it was sent
     * @return the member as the API has it
     * @throws IllegalArgumentException if the body is wrong
     * @throws CannotListenException if a port is taken
     * @throws CannotRunException if it cannot be kept
     */
    protected abstract Object put(MemberId id, JsonObject body);

    /**
     * Removes a member, whether or not it is in the list: other members may know it.
     *
     * @throws IllegalArgumentException if it cannot be removed
     * @throws CannotRunException if that cannot be kept
     */
    protected abstract void remove(MemberId id);

    /**
     * Answers a request; that of a PUT when its body is there.
     *
     * @param hex what stands behind the list in the path
     */
    public final void handle(String hex, Request request, Response response, Callback callback) {
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD", "PUT", "DELETE")) {
            return;
        }
        try {
            handle(PathId.parse(hex), request, response, callback);
        } catch (IllegalArgumentException | CannotRunException e) {
            RefusedBody.answer(
                    request, response, callback, Json.statusOf(e), Json.errorOf(String.valueOf(e.getMessage())));
        }
    }

    private void handle(MemberId id, Request request, Response response, Callback callback) {
        if (HttpMethod.PUT.is(request.getMethod())) {
            JsonBody.read(
                    request,
                    response,
                    callback,
                    form(id),
                    body -> Json.answer(response, callback, HttpStatus.OK_200, put(id, body)));
        } else if (HttpMethod.DELETE.is(request.getMethod())) {
            remove(id);
            response.setStatus(HttpStatus.NO_CONTENT_204);
            callback.succeeded();
        } else {
            Optional<?> member = find(id);
            if (member.isPresent()) {
                Json.answer(response, callback, HttpStatus.OK_200, member.get());
            } else {
                unknown(id, response, callback);
            }
        }
    }

    private void unknown(MemberId id, Response response, Callback callback) {
        Json.error(
                response, callback, HttpStatus.NOT_FOUND_404, kind + " " + id + " is unknown: expected one of " + list);
    }
}
