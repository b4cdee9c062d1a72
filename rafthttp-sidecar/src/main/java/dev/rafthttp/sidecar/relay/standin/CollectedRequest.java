package dev.rafthttp.sidecar.relay.standin;

import com.google.protobuf.ByteString;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.Request;

/** A request whose body has been read, and is there to be read again. */
final class CollectedRequest extends Request.Wrapper {
    private final Content.Source body;
    private final long length;
    private final HttpFields headers;

    CollectedRequest(Request request, ByteString body) {
        super(request);
        this.body = new ByteBufferContentSource(body.asReadOnlyByteBuffer());
        this.length = body.size();
        this.headers = HttpFields.build(request.getHeaders())
                .remove(HttpHeader.EXPECT)
                .remove(HttpHeader.TRANSFER_ENCODING)
                .put(new HttpField(HttpHeader.CONTENT_LENGTH, Long.toString(length)))
                .asImmutable();
    }

    @Override
    public HttpFields getHeaders() {
        return headers;
    }

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public Content.Chunk read() {
        return body.read();
    }

    @Override
    public void demand(Runnable demandCallback) {
        body.demand(demandCallback);
    }

    @Override
    public void fail(Throwable failure) {
        body.fail(failure);
    }

    @Override
    public void fail(Throwable failure, boolean last) {
        body.fail(failure, last);
    }
}
