package dev.rafthttp.interop;

/** One relay in front of the whole cluster. */
class OneRelayEtcdTest extends RelayInterop {
    OneRelayEtcdTest() {
        super(Wiring.Form.ONE_RELAY);
    }
}
