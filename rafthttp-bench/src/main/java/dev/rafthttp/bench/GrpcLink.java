package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A grpc-java server and a channel to it, plaintext over Netty, with a bidirectional stream of Raft's messages a lane. As fast
 * as its options make it: callbacks run on Netty's threads, without a hand-off.
 */
final class GrpcLink implements Link {
    /** Above the largest message that is sent. */
    private static final int MAX_MESSAGE_BYTES = 512 << 20;

    /** What flow control starts with, so that a run does not begin with its growth. */
    private static final int WINDOW_BYTES = 1 << 20;

    private static final String SERVICE = "raft";
    private static final MethodDescriptor<Message, Message> METHOD = MethodDescriptor.<Message, Message>newBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "stream"))
            .setRequestMarshaller(ProtoUtils.marshaller(Message.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Message.getDefaultInstance()))
            .build();

    private final Server server;
    private final ManagedChannel channel;
    private final StreamObserver<Message> msgApps;
    private final StreamObserver<Message> others;

    GrpcLink(Consumer<Message> received) {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .initialFlowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(
                                METHOD, ServerCalls.asyncBidiStreamingCall(answers -> new Receiver(received, answers)))
                        .build())
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the gRPC server cannot listen on loopback", e);
        }
        channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .directExecutor()
                .initialFlowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build();
        msgApps = stream();
        others = stream();
    }

    private StreamObserver<Message> stream() {
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(METHOD, CallOptions.DEFAULT), new Answers());
    }

    @Override
    public void send(Message message) {
        (message.getType() == MessageType.MsgApp ? msgApps : others).onNext(message);
    }

    @Override
    public void flush() {
        // gRPC writes by itself as soon as it can.
    }

    @Override
    public void close() {
        msgApps.onCompleted();
        others.onCompleted();
        channel.shutdownNow();
        server.shutdownNow();
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
            server.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Receiver(Consumer<Message> received, StreamObserver<Message> answers)
            implements StreamObserver<Message> {
        @Override
        public void onNext(Message message) {
            received.accept(message);
        }

        @Override
        public void onError(Throwable cause) {
            // The link was closed; a run that loses messages says so itself.
        }

        @Override
        public void onCompleted() {
            answers.onCompleted();
        }
    }

    /** The way back, which is not used. */
    private static final class Answers implements StreamObserver<Message> {
        @Override
        public void onNext(Message message) {
            throw new IllegalStateException("an answer where none is sent: " + message.getType());
        }

        @Override
        public void onError(Throwable cause) {
            // The link was closed; a run that loses messages says so itself.
        }

        @Override
        public void onCompleted() {}
    }
}
