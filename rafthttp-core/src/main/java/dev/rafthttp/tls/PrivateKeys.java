package dev.rafthttp.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/**
 * Reads the private key of a PEM file, for the public key that it belongs to.
 *
 * <p>The JDK reads PKCS#8, which is {@code SEQUENCE { 0, algorithm, OCTET STRING }}. What OpenSSL calls RSA and EC PRIVATE KEY,
 * PKCS#1 and SEC1, is the content of that octet string, and the algorithm is the public key's.
 */
final class PrivateKeys {
    private static final String LABEL = "PRIVATE KEY";

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    /** DER's length of what is longer than 127 bytes is this, plus the number of bytes that hold it. */
    private static final int LONG_LENGTH = 0x80;

    private PrivateKeys() {}

    static PrivateKey read(PemFile file, PublicKey of) throws UnusableException {
        List<PemFile.Block> keys = file.labelled(LABEL);
        if (keys.size() != 1) {
            throw new UnusableException("holds " + (keys.isEmpty() ? "no" : keys.size()) + " private keys");
        }
        PemFile.Block block = keys.get(0);
        if (block.isEncrypted()) {
            throw new UnusableException("is encrypted; decrypt it with: openssl pkey -in FILE -out FILE.plain");
        }
        byte[] bytes = block.bytes();
        PrivateKey key = parse(block.label().equals(LABEL) ? bytes : pkcs8(of, bytes), of);
        if (!belongTogether(key, of)) {
            throw new UnusableException("holds another private key than that of the certificate");
        }
        return key;
    }

    private static PrivateKey parse(byte[] pkcs8, PublicKey of) throws UnusableException {
        try {
            return KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new UnusableException(
                    "holds no private key for the certificate, whose key is " + of.getAlgorithm() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey of) throws UnusableException {
        if (key instanceof RSAKey one && of instanceof RSAKey other) {
            return one.getModulus().equals(other.getModulus());
        }
        try {
            String algorithm = of.getAlgorithm();
            Signature signature = Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
            signature.initSign(key);
            signature.update(of.getEncoded());
            byte[] signed = signature.sign();
            signature.initVerify(of);
            signature.update(of.getEncoded());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new UnusableException("cannot be used for signing: " + e.getMessage(), e);
        }
    }

    private static byte[] pkcs8(PublicKey of, byte[] key) {
        return der(SEQUENCE, der(INTEGER, new byte[] {0}), algorithm(of.getEncoded()), der(OCTET_STRING, key));
    }

    /** The first element of SubjectPublicKeyInfo, {@code SEQUENCE { SEQUENCE algorithm, BIT STRING }}, as the JDK wrote it. */
    private static byte[] algorithm(byte[] publicKeyInfo) {
        int start = contentOffset(publicKeyInfo, 0);
        int length = contentOffset(publicKeyInfo, start) + Byte.toUnsignedInt(publicKeyInfo[start + 1]) - start;
        byte[] algorithm = new byte[length];
        System.arraycopy(publicKeyInfo, start, algorithm, 0, length);
        return algorithm;
    }

    /** An algorithm is always shorter than 128 bytes; what it stands in may be longer. */
    private static int contentOffset(byte[] der, int offset) {
        int length = Byte.toUnsignedInt(der[offset + 1]);
        return offset + 2 + (length < LONG_LENGTH ? 0 : length - LONG_LENGTH);
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] each : contents) {
            content.writeBytes(each);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        int length = content.size();
        if (length < LONG_LENGTH) {
            whole.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + Byte.SIZE - 1) / Byte.SIZE;
            whole.write(LONG_LENGTH + bytes);
            for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                whole.write(length >>> shift);
            }
        }
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
