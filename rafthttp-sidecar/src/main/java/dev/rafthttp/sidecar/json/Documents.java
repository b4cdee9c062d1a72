package dev.rafthttp.sidecar.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the API writes its documents: a record is a JSON object, with the record's components in their order. IDs, URLs and moments
 * are strings, and so are lanes, dialects and reasons, by their labels. A component that is empty or null is left out.
 */
public final class Documents {
    private static final GsonBuilder BUILDER = new GsonBuilder()
            .disableHtmlEscaping()
            .enableComplexMapKeySerialization()
            .registerTypeAdapter(MemberId.class, new AsText<>(MemberId::toString))
            .registerTypeAdapter(ClusterId.class, new AsText<>(ClusterId::toString))
            .registerTypeAdapter(Instant.class, new AsText<>(Instant::toString))
            .registerTypeAdapter(URI.class, new AsText<>(URI::toString))
            .registerTypeAdapter(Lane.class, new AsText<>(Lane::label))
            .registerTypeAdapter(Dialect.class, new AsText<>(Dialect::label))
            .registerTypeAdapter(DropReason.class, new AsText<>(DropReason::label))
            .registerTypeAdapterFactory(new Optionals());

    private static final Gson ONE_LINE = BUILDER.create();
    private static final Gson INDENTED = BUILDER.setPrettyPrinting().create();

    private Documents() {}

    /** A document as an object, to which more can be added. */
    public static JsonObject object(Object document) {
        return ONE_LINE.toJsonTree(document).getAsJsonObject();
    }

    /** On one line. */
    public static String line(JsonElement document) {
        return ONE_LINE.toJson(document);
    }

    /** For people, indented, with a line feed at the end. */
    public static String text(Object document) {
        return INDENTED.toJson(document) + "\n";
    }

    /** Documents are written, and never read in this way: what users send is checked value by value. */
    private abstract static class WriteOnly<T> extends TypeAdapter<T> {
        @Override
        public final T read(JsonReader in) {
            throw new UnsupportedOperationException("documents are only written");
        }
    }

    private static final class AsText<T> extends WriteOnly<T> {
        private final Function<T, String> text;

        AsText(Function<T, String> text) {
            this.text = text;
        }

        @Override
        public void write(JsonWriter out, @Nullable T value) throws IOException {
            out.value(value == null ? null : text.apply(value));
        }
    }

    /** What an Optional holds; null, which is left out, if it holds nothing. */
    private static final class Optionals implements TypeAdapterFactory {
        @Override
        @SuppressWarnings("unchecked") // The cast is checked by the raw type.
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            if (type.getRawType() != Optional.class) {
                return null;
            }
            Type held = ((ParameterizedType) type.getType()).getActualTypeArguments()[0];
            return (TypeAdapter<T>) new OptionalAdapter<>(gson.getAdapter(TypeToken.get(held)));
        }
    }

    private static final class OptionalAdapter<T> extends WriteOnly<Optional<T>> {
        private final TypeAdapter<T> held;

        OptionalAdapter(TypeAdapter<T> held) {
            this.held = held;
        }

        @Override
        public void write(JsonWriter out, Optional<T> value) throws IOException {
            if (value.isPresent()) {
                held.write(out, value.get());
            } else {
                out.nullValue();
            }
        }
    }
}
