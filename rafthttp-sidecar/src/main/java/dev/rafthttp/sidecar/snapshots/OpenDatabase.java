package dev.rafthttp.sidecar.snapshots;

import dev.rafthttp.sidecar.messages.FrameBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.CompressedContentFormat;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.resource.Resource;
import org.jspecify.annotations.Nullable;

/**
 * A database as it is while one request is answered: its length, its validators and its bytes are of one file, even if that is
 * deleted, or replaced by a later one of the same name, meanwhile. Belongs to the request.
 */
final class OpenDatabase implements HttpContent {
    private final SeekableByteChannel file;
    private final BasicFileAttributes attributes;
    private final Resource resource;
    private final ByteBufferPool pool;

    private OpenDatabase(
            SeekableByteChannel file, BasicFileAttributes attributes, Resource resource, ByteBufferPool pool) {
        this.file = file;
        this.attributes = attributes;
        this.resource = resource;
        this.pool = pool;
    }

    /**
     * Opens a database.
     *
     * @param resource the same file, of which only the name counts
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    static OpenDatabase open(Path path, Resource resource, ByteBufferPool pool) throws IOException {
        BasicFileAttributes before = attributes(path);
        while (true) {
            SeekableByteChannel file = FileChannel.open(path, StandardOpenOption.READ);
            try {
                BasicFileAttributes after = attributes(path);
                // A name goes from one file to the next and never back. So what was opened between two looks at the
                // same
                // file is that file.
                if (Objects.equals(before.fileKey(), after.fileKey())
                        && before.lastModifiedTime().equals(after.lastModifiedTime())) {
                    return new OpenDatabase(file, after, resource, pool);
                }
                before = after;
            } catch (IOException | RuntimeException e) {
                IO.close(file);
                throw e;
            }
            file.close();
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class);
    }

    void close() {
        IO.close(file);
    }

    @Override
    public HttpField getContentType() {
        return new HttpField(HttpHeader.CONTENT_TYPE, FrameBatch.CONTENT_TYPE);
    }

    @Override
    public @Nullable HttpField getContentEncoding() {
        return null;
    }

    @Override
    public HttpField getContentLength() {
        return new HttpField.LongValueHttpField(HttpHeader.CONTENT_LENGTH, attributes.size());
    }

    @Override
    public long getContentLengthValue() {
        return attributes.size();
    }

    @Override
    public Instant getLastModifiedInstant() {
        return attributes.lastModifiedTime().toInstant();
    }

    @Override
    public HttpField getLastModified() {
        return new HttpField(
                HttpHeader.LAST_MODIFIED,
                DateGenerator.formatDate(attributes.lastModifiedTime().toMillis()));
    }

    /** Strong, so that a range can be asked for only if it is of the same database, by {@code If-Range}. */
    @Override
    public HttpField getETag() {
        return new HttpField(
                HttpHeader.ETAG,
                '"'
                        + Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
                        + '-'
                        + Long.toHexString(attributes.size())
                        + '-'
                        + Integer.toHexString(Objects.hashCode(attributes.fileKey()))
                        + '"');
    }

    @Override
    public @Nullable String getCharacterEncoding() {
        return null;
    }

    @Override
    public MimeTypes.@Nullable Type getMimeType() {
        return null;
    }

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public void writeTo(Content.Sink sink, long offset, long length, Callback callback) {
        long bytes = length < 0 ? attributes.size() - offset : length;
        Content.copy(Content.Source.from(new ByteBufferPool.Sized(pool), file, offset, bytes), sink, callback);
    }

    @Override
    public Set<CompressedContentFormat> getPreCompressedContentFormats() {
        return Set.of();
    }
}
