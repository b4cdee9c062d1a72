package dev.rafthttp.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file, RFC 7468; text between them is ignored, as openssl writes some. */
record PemFile(List<Block> blocks) {
    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern BLOCK =
            Pattern.compile(BEGIN + "([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** RFC 1421: how OpenSSL's old formats say it. */
    private static final String ENCRYPTED = "Proc-Type: 4,ENCRYPTED";

    /** @param text what stands between the lines of its label */
    record Block(String label, String text) {
        boolean isEncrypted() {
            return label.startsWith("ENCRYPTED ") || text.contains(ENCRYPTED);
        }

        byte[] bytes() throws UnusableException {
            try {
                return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
            } catch (IllegalArgumentException e) {
                throw new UnusableException("holds a " + label + " that is not Base64: " + e.getMessage());
            }
        }
    }

    static PemFile parse(byte[] content) throws UnusableException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        int end = 0;
        for (Matcher each = BLOCK.matcher(text); each.find(); end = each.end()) {
            blocks.add(new Block(each.group(1), each.group(2)));
        }
        if (blocks.isEmpty() && !text.contains(BEGIN)) {
            throw new UnusableException("is not PEM: there is no \"-----BEGIN\" in it");
        }
        if (text.indexOf(BEGIN, end) >= 0) {
            throw new UnusableException("is cut: its last block has no end");
        }
        return new PemFile(blocks);
    }

    List<Block> labelled(String suffix) {
        return blocks.stream().filter(block -> block.label().endsWith(suffix)).toList();
    }
}
