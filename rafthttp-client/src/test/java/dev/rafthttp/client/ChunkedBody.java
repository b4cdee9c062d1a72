package dev.rafthttp.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A chunked body as it came.
 *
 * @param bytes the data of all whole chunks
 * @param isWhole whether the last chunk came, and not the end of the connection
 */
record ChunkedBody(byte[] bytes, boolean isWhole) {

    static ChunkedBody read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            String size = RequestHead.line(in);
            if (size == null) {
                return new ChunkedBody(bytes.toByteArray(), false);
            }
            int length = Integer.parseInt(size, 16);
            byte[] data = in.readNBytes(length);
            RequestHead.line(in);
            if (length == 0 || data.length < length) {
                return new ChunkedBody(bytes.toByteArray(), length == 0);
            }
            bytes.writeBytes(data);
        }
    }
}
