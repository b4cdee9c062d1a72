/**
 * Binds MicroRaft to a {@link dev.rafthttp.RaftTransport}: MicroRaft's messages travel as raftpb's.
 *
 * <p>A member has one {@link dev.rafthttp.microraft.RaftpbMapping}. Its {@link dev.rafthttp.microraft.MicroRaftCallback} is given
 * to the transport, its {@link dev.rafthttp.microraft.MicroRaftTransport} to MicroRaft:
 *
 * <pre>{@code
 * RaftModelFactory models = new DefaultRaftModelFactory();
 * RaftpbMapping mapping = new RaftpbMapping(groupId, models, operations);
 * MicroRaftCallback callback = new MicroRaftCallback(member, mapping, removed -> stop());
 * RaftTransport transport = JettyRaftTransport.builder(config, callback).listen(host, port).build();
 * RaftNode node = RaftNode.newBuilder()
 *         .setGroupId(groupId)
 *         .setModelFactory(models)
 *         .setLocalEndpoint(new MemberEndpoint(member))
 *         .setInitialGroupMembers(List.of(new MemberEndpoint(member), new MemberEndpoint(other)))
 *         .setTransport(new MicroRaftTransport(mapping, transport))
 *         .setStateMachine(stateMachine)
 *         .build();
 * callback.attach(node);
 * transport.addPeer(other, urls);
 * transport.start();
 * node.start();
 * }</pre>
 *
 * <p>Closing the transport and terminating the node, in either order, remain with the caller.
 */
@NullMarked
package dev.rafthttp.microraft;

import org.jspecify.annotations.NullMarked;
