package dev.rafthttp.demo;

class MemoryDiskTest extends MemberDiskTest {
    @Override
    MemberDisk newDisk() {
        return new MemoryDisk(models);
    }
}
