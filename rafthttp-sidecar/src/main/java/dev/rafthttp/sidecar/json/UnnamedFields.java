package dev.rafthttp.sidecar.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.UnknownFieldSet;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message and those within it carry that raft.proto does not name, such as raft-rs' fields 14 to 16. In JSON each of
 * them has such fields as {@code "unknownFields"}, base64 of their bytes on the wire; and an enum's value that is not named is
 * its number, as in {@code "type": 99}.
 */
final class UnnamedFields {
    /** No field of raft.proto has this name. */
    static final String NAME = "unknownFields";

    private final IdentityHashMap<JsonObject, UnknownFieldSet> byObject = new IdentityHashMap<>();

    private UnnamedFields() {}

    static boolean isAnyIn(MessageOrBuilder message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            return true;
        }
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            if (field.getKey().getJavaType() == JavaType.MESSAGE) {
                for (Object each :
                        field.getKey().isRepeated() ? (List<?>) field.getValue() : List.of(field.getValue())) {
                    if (isAnyIn((MessageOrBuilder) each)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Adds them to a message's JSON, which has the others. */
    static void write(MessageOrBuilder message, JsonObject json) {
        UnknownFieldSet unnamed = message.getUnknownFields();
        if (!unnamed.asMap().isEmpty()) {
            UnknownFieldSet.Builder rest = unnamed.toBuilder();
            for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
                Integer number = field.getJavaType() == JavaType.ENUM ? loneNumber(message, field) : null;
                if (number != null) {
                    json.addProperty(field.getName(), number);
                    rest.clearField(field.getNumber());
                }
            }
            ByteString left = rest.build().toByteString();
            if (!left.isEmpty()) {
                json.addProperty(NAME, Base64.getEncoder().encodeToString(left.toByteArray()));
            }
        }
        message.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == JavaType.MESSAGE && field.isRepeated()) {
                JsonArray array = json.getAsJsonArray(field.getName());
                for (int i = 0; i < array.size(); i++) {
                    write(
                            (MessageOrBuilder) ((List<?>) value).get(i),
                            array.get(i).getAsJsonObject());
                }
            } else if (field.getJavaType() == JavaType.MESSAGE) {
                write((MessageOrBuilder) value, json.getAsJsonObject(field.getName()));
            }
        });
    }

    /** An enum's value that has no name, if there is nothing else of its field: proto2 keeps that with the unknown fields. */
    private static @Nullable Integer loneNumber(MessageOrBuilder message, FieldDescriptor field) {
        UnknownFieldSet.Field values = message.getUnknownFields().getField(field.getNumber());
        if (message.hasField(field) || values.getVarintList().size() != 1) {
            return null;
        }
        long value = values.getVarintList().get(0);
        UnknownFieldSet.Field alone =
                UnknownFieldSet.Field.newBuilder().addVarint(value).build();
        return value == (int) value && values.equals(alone) ? (Integer) (int) value : null;
    }

    /**
     * Takes them out of a message's JSON, so that it is left as protobuf's mapping has it.
     *
     * @throws IllegalArgumentException if {@code "unknownFields"} is not base64 of fields
     */
    static UnnamedFields take(JsonObject json, Descriptor type) {
        UnnamedFields taken = new UnnamedFields();
        taken.takeFrom(json, type);
        return taken;
    }

    private void takeFrom(JsonObject json, Descriptor type) {
        UnknownFieldSet.Builder unnamed = UnknownFieldSet.newBuilder();
        if (json.has(NAME)) {
            unnamed.mergeFrom(parse(json.remove(NAME)));
        }
        for (FieldDescriptor field : type.getFields()) {
            String name = json.has(field.getName()) ? field.getName() : field.getJsonName();
            JsonElement value = json.get(name);
            if (value == null) {
                continue;
            }
            if (field.getJavaType() == JavaType.ENUM) {
                Integer number = number(value);
                if (number != null && field.getEnumType().findValueByNumber(number) == null) {
                    json.remove(name);
                    unnamed.mergeField(
                            field.getNumber(),
                            UnknownFieldSet.Field.newBuilder().addVarint(number).build());
                }
            } else if (field.getJavaType() == JavaType.MESSAGE) {
                for (JsonElement each : value.isJsonArray() ? value.getAsJsonArray() : List.of(value)) {
                    if (each.isJsonObject()) {
                        takeFrom(each.getAsJsonObject(), field.getMessageType());
                    }
                }
            }
        }
        UnknownFieldSet all = unnamed.build();
        if (!all.asMap().isEmpty()) {
            byObject.put(json, all);
        }
    }

    private static @Nullable Integer number(JsonElement value) {
        if (!(value instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
            return null;
        }
        try {
            return primitive.getAsBigDecimal().intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            // The mapping says what is wrong with it.
            return null;
        }
    }

    private static UnknownFieldSet parse(JsonElement value) {
        try {
            return UnknownFieldSet.parseFrom(Base64.getDecoder().decode(value.getAsString()));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "no raftpb.Message: " + NAME + " is " + value + ", not base64 of fields as they are on the wire",
                    e);
        }
    }

    boolean isEmpty() {
        return byObject.isEmpty();
    }

    /**
     * Adds them to a message.
     *
     * @param json from which they were taken, and from which the message has been read since
     */
    void addTo(Message.Builder message, JsonObject json) {
        UnknownFieldSet unnamed = byObject.get(json);
        if (unnamed != null) {
            message.mergeUnknownFields(unnamed);
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getJavaType() != JavaType.MESSAGE) {
                continue;
            }
            JsonElement value = json.get(json.has(field.getName()) ? field.getName() : field.getJsonName());
            if (value != null && value.isJsonArray()) {
                for (int i = 0; i < value.getAsJsonArray().size(); i++) {
                    addTo(
                            message.getRepeatedFieldBuilder(field, i),
                            value.getAsJsonArray().get(i).getAsJsonObject());
                }
            } else if (value != null && value.isJsonObject()) {
                addTo(message.getFieldBuilder(field), value.getAsJsonObject());
            }
        }
    }
}
