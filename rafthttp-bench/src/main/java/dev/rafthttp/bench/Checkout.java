package dev.rafthttp.bench;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where this program was built, which is where what it measures stands too. */
final class Checkout {
    private Checkout() {}

    /** This module's folder: what is built there, or its jar, stands two below. */
    static Path module() {
        try {
            return Path.of(Checkout.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve("../..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of this program is no file", e);
        }
    }

    /** The folder of the whole. */
    static Path home() {
        return module().resolve("..").normalize();
    }
}
