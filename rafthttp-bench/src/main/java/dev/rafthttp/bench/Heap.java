package dev.rafthttp.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What lives on this process's heap, and how long the collector stopped it. What {@link #liveBytes} asks for does not count. */
final class Heap {
    private static final String ASKED_FOR = "System.gc()";

    private final AtomicLong longestPauseMillis = new AtomicLong();

    /** Those that stop the process; newer JVMs list concurrent ones beside them. */
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(collector -> !collector.getName().contains("Concurrent"))
            .toList();

    Heap() {
        for (GarbageCollectorMXBean collector : collectors) {
            ((NotificationEmitter) collector)
                    .addNotificationListener((notification, handback) -> collected(notification), null, null);
        }
    }

    private void collected(Notification notification) {
        if (notification.getUserData() instanceof CompositeData data
                && GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
            GarbageCollectionNotificationInfo collection = GarbageCollectionNotificationInfo.from(data);
            if (!collection.getGcCause().equals(ASKED_FOR)) {
                longestPauseMillis.accumulateAndGet(collection.getGcInfo().getDuration(), Math::max);
            }
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
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
