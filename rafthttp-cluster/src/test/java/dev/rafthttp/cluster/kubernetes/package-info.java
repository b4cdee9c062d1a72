/** Holds the manifests to Kubernetes' own types, to each other, and to the commands that they start. No cluster is needed. */
@NullMarked
package dev.rafthttp.cluster.kubernetes;

import org.jspecify.annotations.NullMarked;
