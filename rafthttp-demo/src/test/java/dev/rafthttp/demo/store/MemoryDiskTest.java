package dev.rafthttp.demo.store;

class MemoryDiskTest extends MemberDiskTest {
    @Override
    MemberDisk newDisk() {
        return new MemoryDisk(models);
    }
}
