package dev.rafthttp.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What lives on this process's heap, and how long the collector stopped it. */
final class Heap {
    private final AtomicLong longestPauseMillis = new AtomicLong();

    Heap() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, handback) -> {
                                if (notification.getUserData() instanceof CompositeData data
                                        && GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
                                                notification.getType())) {
                                    long millis = GarbageCollectionNotificationInfo.from(data)
                                            .getGcInfo()
                                            .getDuration();
                                    longestPauseMillis.accumulateAndGet(millis, Math::max);
                                }
                            },
                            null,
                            null);
        }
    }

    /** Bytes that are left after a full collection. */
    static long liveBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The longest collection since the last call. */
    long takeLongestPauseMillis() {
        return longestPauseMillis.getAndSet(0);
    }

    /** Milliseconds that all collections so far took together. */
    long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
