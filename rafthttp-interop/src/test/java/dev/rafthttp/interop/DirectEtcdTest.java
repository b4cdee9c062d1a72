package dev.rafthttp.interop;

/** The reference: what holds without a relay. */
class DirectEtcdTest extends EtcdInterop {
    DirectEtcdTest() {
        super(Wiring.Form.DIRECT);
    }
}
